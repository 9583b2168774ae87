// SPDX-License-Identifier: Apache-2.0

package password

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// Parameters are what one hash costs.
type Parameters struct {
	Memory uint32 // KiB
	Time   uint32 // passes over the memory
	Lanes  uint8
}

// Recommended returns OWASP's recommendation: 19 MiB, two passes, one lane.
func Recommended() Parameters { return Parameters{Memory: 19 * 1024, Time: 2, Lanes: 1} }

// The sizes of what is stored, in bytes, as RFC 9106 recommends them.
const (
	saltSize = 16
	keySize  = 32
)

// The most that a stored string may ask for: whoever can write a row must not be
// able to stop the server with it.
const (
	maxMemory = 1 << 20 // KiB: 1 GiB
	maxTime   = 64
	maxText   = 512 // bytes of a PHC string
)

// atOnce is how many hashes are computed at the same time.
const atOnce = 4

// Hasher makes and checks hashes. It is safe for concurrent use.
type Hasher struct {
	want  Parameters
	salt  func([]byte)
	seats chan struct{}
	runs  atomic.Uint64
	decoy string
}

// NewHasher returns a hasher; salt fills a slice with random bytes.
func NewHasher(p Parameters, salt func([]byte)) *Hasher {
	h := &Hasher{want: p, salt: salt, seats: make(chan struct{}, atOnce)}
	var s [saltSize]byte
	var k [keySize]byte
	salt(s[:])
	salt(k[:]) // the hash of nothing anybody knows
	h.decoy = stored{p, s[:], k[:]}.String()
	return h
}

// Runs returns how many hashes were computed until now.
func (h *Hasher) Runs() uint64 { return h.runs.Load() }

// Hash returns what is to be stored of a password. It waits for its turn.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	s := stored{h.want, make([]byte, saltSize), nil}
	h.salt(s.salt)
	key, err := h.compute(ctx, s, password)
	if err != nil {
		return "", err
	}
	s.key = key
	return s.String(), nil
}

// Verify reports whether the password is the stored one, and whether it should
// be stored anew because the parameters have changed since.
func (h *Hasher) Verify(ctx context.Context, phc, password string) (good, renew bool, err error) {
	s, err := parse(phc)
	if err != nil {
		return false, false, err
	}
	key, err := h.compute(ctx, s, password)
	if err != nil {
		return false, false, err
	}
	good = subtle.ConstantTimeCompare(key, s.key) == 1
	return good, good && (s.Parameters != h.want || len(s.salt) != saltSize || len(s.key) != keySize), nil
}

// VerifyNobody does the work of Verify for somebody who has no password, so that
// the time of an answer does not tell it.
func (h *Hasher) VerifyNobody(ctx context.Context, password string) error {
	_, _, err := h.Verify(ctx, h.decoy, password)
	return err
}

func (h *Hasher) compute(ctx context.Context, s stored, password string) ([]byte, error) {
	select {
	case h.seats <- struct{}{}:
		defer func() { <-h.seats }()
	case <-ctx.Done():
		return nil, errs.Wrap(ctx.Err(), errs.Unavailable, "error.cancelled")
	}
	h.runs.Add(1)
	return argon2.IDKey(Normalise(password), s.salt, s.Time, s.Memory, s.Lanes, uint32(max(len(s.key), keySize))), nil
}

// Normalise returns the bytes that stand for a password. What is longer than any
// password may be is cut: it is refused anyway, and nobody shall wait for it.
func Normalise(password string) []byte {
	if len(password) > MaxBytes {
		password = password[:MaxBytes]
	}
	return norm.NFKC.Bytes([]byte(password))
}

// stored is a PHC string taken apart.
type stored struct {
	Parameters

	salt, key []byte
}

// String returns the PHC string.
func (s stored) String() string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, s.Memory, s.Time, s.Lanes, enc.EncodeToString(s.salt), enc.EncodeToString(s.key))
}

// errSyntax is for a stored hash that is none; it tells nothing of its content.
var errSyntax = errors.New("password: the stored hash is no argon2id string that this version reads")

// parse reads a PHC string of argon2id in exactly the form that String writes.
func parse(phc string) (stored, error) {
	parts := strings.Split(phc, "$")
	if len(phc) > maxText || len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return stored{}, errSyntax
	}
	var s stored
	numbers := strings.Split(parts[3], ",")
	if len(numbers) != 3 {
		return stored{}, errSyntax
	}
	memory, okM := number(numbers[0], "m=", maxMemory)
	passes, okT := number(numbers[1], "t=", maxTime)
	lanes, okP := number(numbers[2], "p=", 255)
	if !okM || !okT || !okP || memory < 8*lanes {
		return stored{}, errSyntax
	}
	s.Parameters = Parameters{Memory: uint32(memory), Time: uint32(passes), Lanes: uint8(lanes)}
	enc := base64.RawStdEncoding.Strict()
	var errSalt, errKey error
	s.salt, errSalt = enc.DecodeString(parts[4])
	s.key, errKey = enc.DecodeString(parts[5])
	if errSalt != nil || errKey != nil || len(s.salt) < 8 || len(s.key) < keySize || s.String() != phc {
		return stored{}, errSyntax
	}
	return s, nil
}

// number reads name=digits between 1 and most.
func number(text, name string, most uint64) (uint64, bool) {
	digits, found := strings.CutPrefix(text, name)
	if !found {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	return n, err == nil && n >= 1 && n <= most
}
