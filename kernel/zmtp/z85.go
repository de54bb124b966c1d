package zmtp

import (
	"encoding/binary"
	"fmt"
)

const z85Alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"

// z85Value is the digit's value, 255 for a byte that is no digit.
var z85Value = func() (v [256]byte) {
	for i := range v {
		v[i] = 255
	}
	for i := range z85Alphabet {
		v[z85Alphabet[i]] = byte(i)
	}
	return v
}()

// EncodeZ85 writes bytes as Z85 text (https://rfc.zeromq.org/spec/32/): five
// characters for each four bytes. It returns an error unless len(b) is a
// multiple of four.
func EncodeZ85(b []byte) (string, error) {
	if len(b)%4 != 0 {
		return "", fmt.Errorf("zmtp: Z85 encodes a multiple of 4 bytes, got %d", len(b))
	}
	out := make([]byte, 0, len(b)/4*5)
	for ; len(b) > 0; b = b[4:] {
		v := binary.BigEndian.Uint32(b)
		for div := uint32(85 * 85 * 85 * 85); div > 0; div /= 85 {
			out = append(out, z85Alphabet[v/div%85])
		}
	}
	return string(out), nil
}

// DecodeZ85 reads Z85 text. It returns an error unless the length is a multiple
// of five, all characters are of the alphabet and every group fits four bytes.
func DecodeZ85(s string) ([]byte, error) {
	if len(s)%5 != 0 {
		return nil, fmt.Errorf("zmtp: Z85 text has a multiple of 5 characters, got %d", len(s))
	}
	out := make([]byte, 0, len(s)/5*4)
	for i := 0; i < len(s); i += 5 {
		var v uint64
		for j := i; j < i+5; j++ {
			d := z85Value[s[j]]
			if d == 255 {
				return nil, fmt.Errorf("zmtp: byte %d of the Z85 text is none of its 85 characters", j)
			}
			v = v*85 + uint64(d)
		}
		if v > 1<<32-1 {
			return nil, fmt.Errorf("zmtp: the Z85 group at byte %d is larger than four bytes", i)
		}
		out = binary.BigEndian.AppendUint32(out, uint32(v))
	}
	return out, nil
}
