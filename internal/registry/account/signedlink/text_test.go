// SPDX-License-Identifier: Apache-2.0

package signedlink

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account"
)

func example() (claim, [keySize]byte) {
	return claim{
		key: 3, round: 7, purpose: account.ForDriver, expires: time.Unix(1581912000, 0).UTC(),
		subject: id.Derive("a hand-over"), org: id.Derive("a hospital"),
	}, [keySize]byte{1, 2, 3}
}

func TestEveryPurposeHasOneCode(t *testing.T) {
	t.Parallel()
	for i, p := range codes() {
		if account.Purposes()[i] != p {
			t.Errorf("code %d is %s", i, p)
		}
	}
	if len(codes()) != len(account.Purposes()) {
		t.Errorf("%d codes for %d purposes", len(codes()), len(account.Purposes()))
	}
}

func TestALinkSaysWhatWasSigned(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c := claim{
			key: rapid.Uint16().Draw(r, "key"), round: rapid.Uint16().Draw(r, "round"), purpose: rapid.SampledFrom(codes()).Draw(r, "purpose"),
			expires: time.Unix(int64(rapid.Uint32().Draw(r, "expires")), 0).UTC(),
		}
		copy(c.subject[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(r, "subject"))
		copy(c.org[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(r, "org"))
		var secret [keySize]byte
		copy(secret[:], rapid.SliceOfN(rapid.Byte(), keySize, keySize).Draw(r, "secret"))
		text := c.sign(secret)
		back, signature, ok := parse(text)
		if !ok || back != c || !back.signedBy(secret, signature) {
			r.Fatalf("%+v is read as %+v, %t", c, back, ok)
		}
		if len(text) != 77 || strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
			r.Fatalf("%q does not fit into an address", text)
		}
	})
}

// TestNothingCanBeAltered changes every bit of a link.
func TestNothingCanBeAltered(t *testing.T) {
	t.Parallel()
	c, secret := example()
	text := c.sign(secret)
	raw, err := encoding().DecodeString(text[1:])
	if err != nil {
		t.Fatal(err)
	}
	for bit := range 8 * len(raw) {
		raw[bit/8] ^= 1 << (bit % 8)
		if back, signature, ok := parse(version + encoding().EncodeToString(raw)); ok && back.signedBy(secret, signature) {
			t.Errorf("bit %d may be changed: %+v", bit, back)
		}
		raw[bit/8] ^= 1 << (bit % 8)
	}
	other := secret
	other[31]++
	if back, signature, ok := parse(text); !ok || back.signedBy(other, signature) {
		t.Error("signed by another key")
	}
	for _, bad := range []string{"", text[1:], "2" + text[1:], text + "A", text[:76], text[:76] + "=", text[:76] + "\n", " " + text[:76]} {
		if _, _, ok := parse(bad); ok {
			t.Errorf("%q is taken for a link", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	c, secret := example()
	good := c.sign(secret)
	for _, seed := range []string{good, "", "1", good[:76], strings.ToUpper(good), strings.Replace(good, good[5:6], "\n", 1)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, signature, ok := parse(text)
		if !ok {
			if c != (claim{}) || signature != nil {
				t.Errorf("%q is refused and half read", text)
			}
			return
		}
		if back := version + encoding().EncodeToString(append(c.bytes(), signature...)); back != text {
			t.Errorf("two texts of one link: %q and %q", text, back)
		}
		if text != good && c.signedBy(secret, signature) {
			t.Errorf("%q was never signed", text)
		}
	})
}
