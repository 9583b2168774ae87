// SPDX-License-Identifier: Apache-2.0

package signedlink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

// claim is what a link says.
type claim struct {
	key     uint16 // number of the key that signs
	round   uint16 // of the subject, when the link was made
	purpose account.Purpose
	expires time.Time // whole seconds
	subject id.ID
	org     id.ID
}

const (
	version   = "1"
	keySize   = sha256.Size
	macSize   = 16 // bytes: forging one takes 2^128 guesses, each of them a request
	claimSize = 2 + 2 + 1 + 4 + 2*len(id.ID{})
	textSize  = len(version) + (claimSize+macSize)*4/3

	latest = math.MaxUint32 // seconds: the year 2106
)

// encoding is strict: one link has one text.
func encoding() *base64.Encoding { return base64.RawURLEncoding.Strict() }

// codes are the purposes in the order of their codes. It only grows: a code is in
// links that are out.
func codes() []account.Purpose {
	return []account.Purpose{account.ForDonor, account.ForRecipient, account.ForDriver}
}

// bytes returns what is signed.
func (c claim) bytes() []byte {
	b := make([]byte, 0, claimSize+macSize)
	b = binary.BigEndian.AppendUint16(b, c.key)
	b = binary.BigEndian.AppendUint16(b, c.round)
	b = append(b, byte(slices.Index(codes(), c.purpose)))
	b = binary.BigEndian.AppendUint32(b, uint32(c.expires.Unix()))
	b = append(b, c.subject[:]...)
	return append(b, c.org[:]...)
}

// mac signs; the version is signed too, so that a text of one is none of another.
func mac(secret [keySize]byte, signed []byte) []byte {
	h := hmac.New(sha256.New, secret[:])
	h.Write([]byte("qiao link " + version + "\n")) // a hash takes everything
	h.Write(signed)
	return h.Sum(nil)[:macSize]
}

// sign returns the text of a link.
func (c claim) sign(secret [keySize]byte) string {
	b := c.bytes()
	return version + encoding().EncodeToString(append(b, mac(secret, b)...))
}

// parse reads the text of a link; who believes it checks the signature.
func parse(text string) (c claim, signature []byte, ok bool) {
	// base64 skips line breaks; no link has any.
	if len(text) != textSize || !strings.HasPrefix(text, version) || strings.ContainsAny(text, "\r\n") {
		return claim{}, nil, false
	}
	b, err := encoding().DecodeString(text[len(version):])
	if err != nil || len(b) != claimSize+macSize {
		return claim{}, nil, false
	}
	code := int(b[4])
	if code >= len(codes()) {
		return claim{}, nil, false
	}
	c = claim{
		key: binary.BigEndian.Uint16(b), round: binary.BigEndian.Uint16(b[2:]), purpose: codes()[code],
		expires: time.Unix(int64(binary.BigEndian.Uint32(b[5:])), 0).UTC(),
	}
	copy(c.subject[:], b[9:])
	copy(c.org[:], b[9+len(c.subject):])
	return c, b[claimSize:], true
}

// signedBy compares in constant time.
func (c claim) signedBy(secret [keySize]byte, signature []byte) bool {
	return hmac.Equal(mac(secret, c.bytes()), signature)
}

// actor is who presents the link. The same person has the same id as long as the
// purpose and the record are the same, whichever link was sent.
func (c claim) actor() account.Actor {
	return account.Actor{
		ID: id.Derive("link", string(c.purpose), c.subject.String()), Name: string(c.purpose),
		Link: account.Link{Purpose: c.purpose, Subject: c.subject, Org: c.org},
	}
}
