// SPDX-License-Identifier: Apache-2.0

package password

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// cheap makes tests quick; what is tested does not depend on the cost.
func cheap() Parameters { return Parameters{Memory: 64, Time: 1, Lanes: 1} }

func fill(b []byte) { rand.Read(b) } // it never fails

func TestPasswordIsKeptAndKnownAgain(t *testing.T) {
	t.Parallel()
	h := NewHasher(Recommended(), fill)
	const secret = "a quiet river, seven boats"
	first, err := h.Hash(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(first, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("stored as %s", first)
	}
	if good, renew, err := h.Verify(t.Context(), first, secret); !good || renew || err != nil {
		t.Errorf("good %t, renew %t (%v)", good, renew, err)
	}
	for _, wrong := range []string{"", "A quiet river, seven boats", secret + " ", secret[1:]} {
		if good, _, err := h.Verify(t.Context(), first, wrong); good || err != nil {
			t.Errorf("%q is taken (%v)", wrong, err)
		}
	}
	if second, err := h.Hash(t.Context(), secret); err != nil || second == first {
		t.Errorf("two people with one password have one hash (%v)", err)
	}
}

func TestKnownHashOfAnotherProgramIsRead(t *testing.T) {
	t.Parallel()
	// From the reference implementation: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1
	const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	h := NewHasher(cheap(), fill)
	good, renew, err := h.Verify(t.Context(), phc, "password")
	if !good || !renew || err != nil {
		t.Errorf("good %t, renew %t (%v); want known, and kept anew", good, renew, err)
	}
}

func TestKeyboardsThatComposeDifferentlyMeanTheSamePassword(t *testing.T) {
	t.Parallel()
	h := NewHasher(cheap(), fill)
	phc, err := h.Hash(t.Context(), "caf\u00e9 \uff11\uff12 fifteen geese") // é as one character, full-width digits
	if err != nil {
		t.Fatal(err)
	}
	if good, _, err := h.Verify(t.Context(), phc, "cafe\u0301 12 fifteen geese"); !good || err != nil {
		t.Errorf("not the same (%v)", err)
	}
}

func TestSomebodyUnknownCostsTheSame(t *testing.T) {
	t.Parallel()
	h := NewHasher(cheap(), fill)
	before := h.Runs()
	if err := h.VerifyNobody(t.Context(), "whatever it is"); err != nil {
		t.Fatal(err)
	}
	if h.Runs() != before+1 {
		t.Errorf("%d hashes, want 1", h.Runs()-before)
	}
	if s, err := parse(h.decoy); err != nil || s.Parameters != cheap() {
		t.Errorf("the decoy costs %+v (%v)", s.Parameters, err)
	}
}

func TestWaitingEndsWithTheCaller(t *testing.T) {
	t.Parallel()
	h := NewHasher(cheap(), fill)
	for range atOnce {
		h.seats <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Hash(ctx, "x"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("error %v", err)
	}
	if h.Runs() != 0 {
		t.Error("it was computed all the same")
	}
}

func TestManyAtOnceAreAllAnswered(t *testing.T) {
	t.Parallel()
	h := NewHasher(cheap(), fill)
	phc, err := h.Hash(t.Context(), "twelve grey herons")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			if good, _, err := h.Verify(t.Context(), phc, "twelve grey herons"); !good || err != nil {
				t.Errorf("good %t (%v)", good, err)
			}
		})
	}
	all.Wait()
	if h.Runs() != 65 || len(h.seats) != 0 {
		t.Errorf("%d runs, %d still sit", h.Runs(), len(h.seats))
	}
}

func FuzzParse(f *testing.F) {
	h := NewHasher(cheap(), fill)
	f.Add(h.decoy)
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	for _, seed := range []string{
		"", "$$$$$", "$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAA$AAAA", "$argon2id$v=19$m=99999999999,t=1,p=1$AAAA$AAAA",
		strings.Replace(h.decoy, "p=1", "p=0", 1), strings.Replace(h.decoy, "m=64", "m=064", 1), h.decoy + "=", h.decoy + "\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, phc string) {
		s, err := parse(phc)
		if err != nil {
			return
		}
		if s.String() != phc {
			t.Errorf("%q is read as %q: two texts of one hash", phc, s.String())
		}
		if s.Memory > maxMemory || s.Time > maxTime || s.Time < 1 || s.Lanes < 1 || s.Memory < 8*uint32(s.Lanes) || len(s.key) < keySize {
			t.Errorf("%q asks for %+v", phc, s.Parameters)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	h := NewHasher(Recommended(), fill)
	for b.Loop() {
		if _, err := h.Hash(b.Context(), "a quiet river, seven boats"); err != nil {
			b.Fatal(err)
		}
	}
}
