// The runner: executes kernels, commits to their traces and opens sampled places.
#include "cli.hpp"

int main(int count, char** arguments) { return pocps::command_line(count, arguments); }
