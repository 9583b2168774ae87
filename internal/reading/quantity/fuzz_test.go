// SPDX-License-Identifier: Apache-2.0

package quantity_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/quantity"
)

// known reports whether an error is one of those that the package declares.
func known(err error) bool {
	return slices.ContainsFunc([]error{quantity.ErrNotNumber, quantity.ErrNegative, quantity.ErrFraction, quantity.ErrZero, qty.ErrOverflow},
		func(target error) bool { return errors.Is(err, target) })
}

// sound fails where a chain holds a level that cannot be.
func sound(t *testing.T, pack qty.Pack, base qty.Unit) {
	t.Helper()
	seen, last := map[qty.Unit]bool{}, int64(1)
	for _, l := range pack {
		if l.Of < last || l.Of > 10_000_000 || !l.Unit.Valid() || l.Unit == base || seen[l.Unit] {
			t.Fatalf("%s of %q", pack, base)
		}
		seen[l.Unit], last = true, l.Of
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"10,000", "５０００", "1.5万", "两百", "三千五", "三千零五", "5k", "5kg", "-4", "1.5", "199,999,999,999,998",
		strings.Repeat("9", 400), "万亿", "零零", "1千2万亿", "十", "0.000000001亿", "1e400", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := quantity.ParseNumber(s)
		if err != nil {
			if n != 0 || !known(err) || errors.Is(err, quantity.ErrZero) {
				t.Fatalf("%q is %d, %v", s, n, err)
			}
			return
		}
		if n < 0 || n > 1e15 {
			t.Fatalf("%q is %d", s, n)
		}
		if again, err := quantity.ParseNumber(strconv.FormatInt(n, 10)); err != nil || again != n {
			t.Fatalf("%q is %d, and that is %d, %v", s, n, again, err)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"198箱", "100 支", "约5000只", "5000多只", "至少2万", "200箱左右", "若干", "", "0", "200箱（100只/箱）",
		"1.5箱", "-4", "about 300 sets", "5kg", "-", "共约", "5000+左右", "3箱1只/袋 50袋/盒"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		q, err := quantity.Read(cell)
		if parsed, ok := quantity.Parse(cell); ok != (err == nil) || parsed.Value != q.Value || parsed.State != q.State {
			t.Fatalf("%q: Read says %+v, %v; Parse %+v, %t", cell, q, err, parsed, ok)
		}
		if err != nil {
			if !known(err) || q.Value != 0 || q.State != "" || len(q.Pack) != 0 {
				t.Fatalf("%q is %+v, %v", cell, q, err)
			}
			return
		}
		if err := q.Validate(); err != nil || q.Text != cell || q.Value > 1e15 {
			t.Fatalf("%q is %+v: %v", cell, q, err)
		}
		sound(t, q.Pack, qty.NoUnit)
	})
}

func FuzzParsePack(f *testing.F) {
	for _, s := range []string{"1只/袋 50袋/盒 12盒/箱", "50只*10盒/件", "500ml*30瓶", "1710,300只/件", "N95，330只/件", "24粒X10小盒X40/箱",
		"4只/袋 4611686018427387904袋/箱", "4只*4611686018427387904盒/箱", "10盒*5盒/箱", "1只/袋 1袋/盒", "6cm*7cm", "12盒一箱", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		pack, base := quantity.ParsePack(spec)
		if (len(pack) == 0) != (base == qty.NoUnit) || base != qty.NoUnit && !base.Valid() {
			t.Fatalf("%q is %s of %q", spec, pack, base)
		}
		sound(t, pack, base)
	})
}
