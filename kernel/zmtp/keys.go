package zmtp

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/crypto/curve25519"
	"golang.org/x/crypto/nacl/box"
)

// Key is a Curve25519 public or secret key. Its text form has 40 characters of
// Z85, as in a Jupyter connection file.
type Key [32]byte

// ParseKey reads the 40 characters of Z85. The error does not repeat them.
func ParseKey(z85 string) (k Key, err error) {
	if len(z85) != 40 {
		return k, fmt.Errorf("zmtp: a CURVE key has 40 characters of Z85, got %d", len(z85))
	}
	b, err := DecodeZ85(z85)
	if err != nil {
		return k, err
	}
	return Key(b), nil
}

// Z85 is the key's text form.
func (k Key) Z85() string {
	s, err := EncodeZ85(k[:])
	if err != nil {
		panic(err) // 32 is a multiple of 4
	}
	return s
}

// KeyPair is a long-term CURVE key pair. It prints as its public key.
type KeyPair struct{ Public, Secret Key }

// NewKeyPair makes a random key pair.
func NewKeyPair() (KeyPair, error) {
	pub, sec, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return KeyPair{}, fmt.Errorf("zmtp: make a CURVE key pair: %w", err)
	}
	return KeyPair{*pub, *sec}, nil
}

// ParseKeyPair reads a pair as connection files have it: curve_publickey and
// curve_secretkey. It returns an error when they do not belong together.
func ParseKeyPair(public, secret string) (KeyPair, error) {
	pub, err := ParseKey(public)
	if err != nil {
		return KeyPair{}, fmt.Errorf("public key: %w", err)
	}
	sec, err := ParseKey(secret)
	if err != nil {
		return KeyPair{}, fmt.Errorf("secret key: %w", err)
	}
	k := KeyPair{pub, sec}
	return k, k.check()
}

// check reports whether the public key belongs to the secret one.
func (k KeyPair) check() error {
	want, err := curve25519.X25519(k.Secret[:], curve25519.Basepoint)
	if err != nil || subtle.ConstantTimeCompare(want, k.Public[:]) != 1 {
		return errors.New("zmtp: the CURVE public key does not belong to the secret key")
	}
	return nil
}

// String is the public key.
func (k KeyPair) String() string { return "CURVE key pair of " + k.Public.Z85() }

// GoString is String, so that %#v does not show the secret key.
func (k KeyPair) GoString() string { return k.String() }

// LogValue is String, so that logs do not show the secret key.
func (k KeyPair) LogValue() slog.Value { return slog.StringValue(k.String()) }

// CurveClient is what a connecting socket needs for CURVE.
type CurveClient struct {
	// Server is the server's public key.
	Server Key
	// Keys is the client's own pair. Nil makes a fresh one for the connection,
	// as Jupyter's heartbeat does; Jupyter's other channels use the server's
	// pair, which the connection file holds.
	Keys *KeyPair
}
