// SPDX-License-Identifier: Apache-2.0

package totp

import (
	"net/url"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rfc is the secret of RFC 6238, appendix B.
func rfc() Secret { return Secret([]byte("12345678901234567890")) }

func TestVectorsOfRFC6238(t *testing.T) {
	t.Parallel()
	for second, want := range map[int64]string{ // the last six of the eight digits there
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := rfc().Code(Step(time.Unix(second, 0))); got != want {
			t.Errorf("at %d: %s, want %s", second, got, want)
		}
	}
}

func TestCodeCountsAroundItsTime(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_600_000_000, 0)
	step := Step(now)
	for offset, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		got, good := rfc().Check(rfc().Code(step+offset), now, 0)
		if good != want || good && got != step+offset {
			t.Errorf("%+d steps: %t, step %d", offset, good, got)
		}
	}
}

func TestCodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_600_000_000, 0)
	code := rfc().Code(Step(now))
	step, good := rfc().Check(code, now, 0)
	if !good {
		t.Fatal("refused")
	}
	if _, good := rfc().Check(code, now, step); good {
		t.Error("taken a second time")
	}
	if _, good := rfc().Check(rfc().Code(step-1), now, step); good {
		t.Error("an older one is taken after it")
	}
	if _, good := rfc().Check(rfc().Code(step+1), now, step); !good {
		t.Error("the next one is refused")
	}
}

func TestHowPeopleTypeCodes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"287082": "287082", "287 082": "287082", "287\u00a0082\t": "287082", "287-082": "287082", "２８７０８２": "287082",
		"": "", "28708": "", "2870822": "", "28708a": "", "28708٢": "", "+28708": "", "0x1234": "", "1e1234": "",
	} {
		got, ok := ParseCode(text)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %t", text, got, ok)
		}
	}
}

func TestURIIsWhatAppsRead(t *testing.T) {
	t.Parallel()
	raw := rfc().URI("示例 基金会: 红", "wei@relief.example.org")
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/示例 基金会  红:wei@relief.example.org" ||
		q.Get("secret") != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" || q.Get("issuer") != "示例 基金会: 红" || q.Get("digits") != "6" || q.Get("period") != "30" {
		t.Errorf("%s is read as %+v %v", raw, u, q)
	}
}

func TestSecretHasOneText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := Secret(rapid.SliceOfN(rapid.Byte(), SecretSize, SecretSize).Draw(t, "secret"))
		if got, err := ParseSecret(s.String()); err != nil || got != s {
			t.Errorf("%v, %v", got, err)
		}
	})
	for _, bad := range []string{"", "A", rfc().String() + "A", rfc().String()[1:], "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", rfc().String() + "\n"} {
		if _, err := ParseSecret(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	for _, seed := range []string{"287082", " 2 8 7 0 8 2", "２８７０８２", "", "\xff", "-----------------1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, ok := ParseCode(text)
		if !ok {
			return
		}
		for _, c := range code {
			if c < '0' || c > '9' {
				t.Errorf("%q is read as %q", text, code)
			}
		}
		if again, ok := ParseCode(code); !ok || again != code {
			t.Errorf("%q is read as %q", code, again)
		}
	})
}
