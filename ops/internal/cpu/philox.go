package cpu

import "math/bits"

// Philox is the bijection Philox4x32-10 of Salmon et al., "Parallel random
// numbers: as easy as 1, 2, 3" (SC 2011), with key as the key and counter as
// the lower half of the counter.
func Philox(key, counter uint64) (a, b uint64) {
	const (
		m0, m1 = 0xD2511F53, 0xCD9E8D57
		w0, w1 = 0x9E3779B9, 0xBB67AE85
	)
	c0, c1, c2, c3 := uint32(counter), uint32(counter>>32), uint32(0), uint32(0)
	k0, k1 := uint32(key), uint32(key>>32)
	for range 10 {
		hi0, lo0 := bits.Mul32(m0, c0)
		hi1, lo1 := bits.Mul32(m1, c2)
		c0, c1, c2, c3 = hi1^c1^k0, lo1, hi0^c3^k1, lo0
		k0 += w0
		k1 += w1
	}
	return uint64(c0) | uint64(c1)<<32, uint64(c2) | uint64(c3)<<32
}
