// Memory for secrets: cleared before it is given back, and never grown by leaving copies behind.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <vector>

namespace pocps::groth16 {

inline void clear_memory(void* memory, std::size_t size) {
    std::memset(memory, 0, size);
    __asm__ volatile("" : : "r"(memory) : "memory");  // the stores are seen, so they are made
}

/// Clears what it frees and aligns points to cache lines. Elements are left uninitialised by resize().
template <class T>
struct SecretAllocator {
    using value_type = T;
    SecretAllocator() = default;
    template <class U>
    SecretAllocator(const SecretAllocator<U>&) {}

    T* allocate(std::size_t count) {
        if (count > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_alloc();
        return static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t{64}));
    }
    void deallocate(T* memory, std::size_t count) {
        clear_memory(memory, count * sizeof(T));
        ::operator delete(memory, std::align_val_t{64});
    }
    template <class U, class... Arguments>
    void construct(U* at, Arguments&&... arguments) {
        if constexpr (sizeof...(Arguments) == 0) ::new (static_cast<void*>(at)) U;
        else ::new (static_cast<void*>(at)) U{static_cast<Arguments&&>(arguments)...};
    }
    friend bool operator==(const SecretAllocator&, const SecretAllocator&) { return true; }
};

template <class T>
using SecretVector = std::vector<T, SecretAllocator<T>>;

}  // namespace pocps::groth16
