// Sums of products with the carry chains of MULX, ADCX and ADOX (Broadwell, Zen and later).
#pragma once

#include "field.hpp"

namespace pocps {

/// True when the processor has BMI2 and ADX and this build uses them.
bool adx_available();

/// Montgomery sum of a[i] b[i], as Accumulator makes it; 1 <= count <= 22. Needs adx_available().
Fr dot_adx(const Fr* a, const Fr* b, std::size_t count);

}  // namespace pocps
