// SPDX-License-Identifier: Apache-2.0

// Package id makes the names of records (UUIDv7, RFC 9562) and of links
// (128 random bits). The source of randomness and time is injected, so that a
// story played twice makes the same records.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// ID names a record. IDs made by one Source sort by the time they were made.
// The zero ID names nothing.
type ID [16]byte

// Zero names nothing: no lot, an unknown donor.
var Zero ID

// ErrSyntax is returned for text that is no ID.
var ErrSyntax = errors.New("not an id")

// IsZero reports whether the ID names nothing.
func (i ID) IsZero() bool { return i == Zero }

// String returns the canonical lower-case form with hyphens, 36 characters.
func (i ID) String() string {
	var b [36]byte
	i.encode(b[:])
	return string(b[:])
}

func (i ID) encode(b []byte) {
	hex.Encode(b[0:8], i[0:4])
	b[8] = '-'
	hex.Encode(b[9:13], i[4:6])
	b[13] = '-'
	hex.Encode(b[14:18], i[6:8])
	b[18] = '-'
	hex.Encode(b[19:23], i[8:10])
	b[23] = '-'
	hex.Encode(b[24:36], i[10:16])
}

// MarshalText returns the canonical form; the zero ID is the empty text.
func (i ID) MarshalText() ([]byte, error) {
	if i.IsZero() {
		return []byte{}, nil
	}
	b := make([]byte, 36)
	i.encode(b)
	return b, nil
}

// UnmarshalText reads the canonical form; empty text is the zero ID.
func (i *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = Zero
		return nil
	}
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*i = v
	return nil
}

// Parse reads the canonical form with hyphens, in capitals too (RFC 9562).
func Parse(s string) (ID, error) {
	var v ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return Zero, fmt.Errorf("%w: %.40q", ErrSyntax, s)
	}
	var compact [32]byte
	n := copy(compact[:], s[0:8])
	n += copy(compact[n:], s[9:13])
	n += copy(compact[n:], s[14:18])
	n += copy(compact[n:], s[19:23])
	copy(compact[n:], s[24:36])
	if _, err := hex.Decode(v[:], compact[:]); err != nil {
		return Zero, fmt.Errorf("%w: %.40q", ErrSyntax, s)
	}
	return v, nil
}

// Derive returns the ID that the given parts always have: for records whose
// identity is their content, such as a ledger account. The parts are separated,
// so ("ab","c") and ("a","bc") differ.
func Derive(parts ...string) ID {
	h := sha256.New()
	for _, p := range parts {
		var n [4]byte
		n[0], n[1], n[2], n[3] = byte(len(p)>>24), byte(len(p)>>16), byte(len(p)>>8), byte(len(p))
		h.Write(n[:])
		io.WriteString(h, p) //nolint:errcheck // a hash never fails
	}
	var v ID
	copy(v[:], h.Sum(nil))
	v[6] = v[6]&0x0f | 0x80 // version 8: custom
	v[8] = v[8]&0x3f | 0x80 // variant of RFC 9562
	return v
}

// Source makes IDs and tokens. It is safe for concurrent use.
type Source struct {
	mu     sync.Mutex
	random io.Reader
	last   uint64 // the last 60-bit (milliseconds<<12 | counter) used, so that IDs of one source ascend
	buf    [512]byte
	used   int
}

// NewSource returns a source that reads from random; nil means crypto/rand.
func NewSource(random io.Reader) *Source {
	if random == nil {
		random = rand.Reader
	}
	s := &Source{random: random}
	s.used = len(s.buf)
	return s
}

// New returns a UUIDv7 for the given moment, greater than every ID that this
// source returned before.
func (s *Source) New(now time.Time) ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	stamp := uint64(max(now.UnixMilli(), 0)) << 12 // a clock that was never set shows a time before 1970
	if stamp <= s.last {
		stamp = s.last + 1
	}
	s.last = stamp
	var v ID
	ms := stamp >> 12
	v[0], v[1], v[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
	v[3], v[4], v[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	v[6], v[7] = 0x70|byte(stamp>>8)&0x0f, byte(stamp)
	s.read(v[8:])
	v[8] = v[8]&0x3f | 0x80
	return v
}

// Floor returns the smallest ID that a source makes in the millisecond of t: what
// was made before has a smaller one, as long as no clock was set back.
func Floor(t time.Time) ID {
	ms := uint64(max(t.UnixMilli(), 0))
	var v ID
	v[0], v[1], v[2] = byte(ms>>40), byte(ms>>32), byte(ms>>24)
	v[3], v[4], v[5] = byte(ms>>16), byte(ms>>8), byte(ms)
	v[6], v[8] = 0x70, 0x80
	return v
}

// Salt fills b with random bytes.
func (s *Source) Salt(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for part := range slices.Chunk(b, len(s.buf)) {
		s.read(part)
	}
}

// Token returns 128 random bits as 22 URL-safe characters.
func (s *Source) Token() string {
	var b [16]byte
	s.Salt(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (s *Source) read(b []byte) {
	if s.used+len(b) > len(s.buf) {
		if _, err := io.ReadFull(s.random, s.buf[:]); err != nil {
			panic("id: no randomness: " + err.Error()) // without randomness no record may be made
		}
		s.used = 0
	}
	copy(b, s.buf[s.used:s.used+len(b)])
	clear(s.buf[s.used : s.used+len(b)])
	s.used += len(b)
}
