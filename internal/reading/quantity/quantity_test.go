// SPDX-License-Identifier: Apache-2.0

package quantity_test

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/qty"
	"github.com/qiaorelief/qiao/internal/reading/quantity"
)

func TestParseNumber(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		want int64
		err  error
	}{
		{"0", 0, nil},
		{"007", 7, nil},
		{"10,000", 10_000, nil},
		{"1,234,567", 1_234_567, nil},
		{"５０００", 5_000, nil},
		{"１０，０００", 10_000, nil},
		{" 5000 ", 5_000, nil},
		{"+5", 5, nil},
		{"1.0", 1, nil},
		{"1.5万", 15_000, nil},
		{"1.1万", 11_000, nil},
		{"1.23456789亿", 123_456_789, nil},
		{"5k", 5_000, nil},
		{"2.5K", 2_500, nil},
		{"3w", 30_000, nil},
		{"10万", 100_000, nil},
		{"2万亿", 2_000_000_000_000, nil},
		{"199,999,999,999,998", 199_999_999_999_998, nil},
		{"1,000,000,000,000,000", 1_000_000_000_000_000, nil},

		{"零", 0, nil},
		{"十", 10, nil},
		{"十五", 15, nil},
		{"二十", 20, nil},
		{"九十九", 99, nil},
		{"一百一十", 110, nil},
		{"两百", 200, nil},
		{"二百五", 250, nil},
		{"两百零五", 205, nil},
		{"三千五", 3_500, nil},
		{"三千零五", 3_005, nil},
		{"三千零五十", 3_050, nil},
		{"三千五百二十一", 3_521, nil},
		{"一万二", 12_000, nil},
		{"一万二千", 12_000, nil},
		{"十二万三千四百", 123_400, nil},
		{"三千零五万", 30_050_000, nil},
		{"一亿三千万", 130_000_000, nil},
		{"二〇二〇", 2_020, nil},
		{"二〇", 20, nil},
		{"壹佰贰拾", 120, nil},
		{"叁仟", 3_000, nil},
		{"3千5", 3_500, nil},

		{"-4", 0, quantity.ErrNegative},
		{"－4", 0, quantity.ErrNegative},
		{"负三", 0, quantity.ErrNegative},
		{"-0.5", 0, quantity.ErrNegative},
		{"-0", 0, nil},
		{"1.5", 0, quantity.ErrFraction},
		{"0.0000001", 0, quantity.ErrFraction},
		{"5.00000001", 0, quantity.ErrFraction},
		{"1.23456万", 0, quantity.ErrFraction},
		{"1000000000000001", 0, qty.ErrOverflow},
		{"100000000亿", 0, qty.ErrOverflow},
		{strings.Repeat("9", 400), 0, qty.ErrOverflow},
		{strings.Repeat("九", 400), 0, qty.ErrOverflow},
		{"9" + strings.Repeat("亿", 50), 0, qty.ErrOverflow},
		{"", 0, quantity.ErrNotNumber},
		{"-", 0, quantity.ErrNotNumber},
		{"--4", 0, quantity.ErrNotNumber},
		{"5kg", 0, quantity.ErrNotNumber},
		{"198箱", 0, quantity.ErrNotNumber},
		{"若干", 0, quantity.ErrNotNumber},
		{"1e400", 0, quantity.ErrNotNumber},
		{"0x10", 0, quantity.ErrNotNumber},
		{"NaN", 0, quantity.ErrNotNumber},
		{"5.", 0, quantity.ErrNotNumber},
		{".5", 0, quantity.ErrNotNumber},
		{"1.2.3", 0, quantity.ErrNotNumber},
		{"1.0000000000", 0, quantity.ErrNotNumber}, // more than nine decimals are a mistake
		{"100-200", 0, quantity.ErrNotNumber},
		{"3 5", 0, quantity.ErrNotNumber},
		{"10²", 0, quantity.ErrNotNumber},
		{"½", 0, quantity.ErrNotNumber},
		{"①", 0, quantity.ErrNotNumber},

		{"1,2", 0, quantity.ErrNotNumber},
		{"1,23", 0, quantity.ErrNotNumber},
		{"1234,567", 0, quantity.ErrNotNumber},
		{"0,123", 0, quantity.ErrNotNumber},

		// Two numbers said in one breath are not added up.
		{"两三", 0, quantity.ErrNotNumber},
		{"两三百", 0, quantity.ErrNotNumber},
		{"七八千", 0, quantity.ErrNotNumber},
		{"一两万", 0, quantity.ErrNotNumber},
		{"三四十", 0, quantity.ErrNotNumber},
		{"十二三", 0, quantity.ErrNotNumber},
		{"1千2千", 0, quantity.ErrNotNumber},
		{"1万2万", 0, quantity.ErrNotNumber},
		{"5千1万", 0, quantity.ErrNotNumber},
		{"百", 0, quantity.ErrNotNumber},
		{"十十", 0, quantity.ErrNotNumber},
	} {
		if got, err := quantity.ParseNumber(tt.text); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ParseNumber(%.40q) = %d, %v; want %d, %v", tt.text, got, err, tt.want, tt.err)
		}
	}
}

// numeral writes a number in Chinese, as it is spoken in full.
func numeral(n int64) string {
	if n == 0 {
		return "零"
	}
	words := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	for _, place := range []struct {
		word string
		of   int64
	}{{"亿", 1e8}, {"万", 1e4}, {"千", 1e3}, {"百", 100}, {"十", 10}} {
		if n < place.of {
			continue
		}
		s, rest := numeral(n/place.of)+place.word, n%place.of
		switch {
		case rest == 0:
			return s
		case rest < place.of/10 || place.of >= 1e4 && n/place.of%10 == 0:
			return s + "零" + numeral(rest)
		}
		return s + numeral(rest)
	}
	return words[n]
}

func TestNumeralsAreReadAsTheyAreSpoken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.Int64Range(0, 20_000), rapid.Int64Range(0, 99_999_999_999)).Draw(t, "n")
		if got, err := quantity.ParseNumber(numeral(n)); err != nil || got != n {
			t.Fatalf("%s is read as %d, %v; it is %d", numeral(n), got, err, n)
		}
	})
}

func TestDecimalsAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[1-9][0-9]{0,14}(\.[0-9]{1,9})?`).Draw(t, "digits")
		word := rapid.SampledFrom([]string{"", "百", "千", "k", "万", "w", "亿"}).Draw(t, "word")
		exact, _ := new(big.Rat).SetString(digits)
		exact.Mul(exact, new(big.Rat).SetInt64(map[string]int64{"": 1, "百": 100, "千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4, "亿": 1e8}[word]))
		got, err := quantity.ParseNumber(digits + word)
		switch large := exact.Cmp(new(big.Rat).SetInt64(1e15)) > 0; {
		case large && got == 0 && (errors.Is(err, qty.ErrOverflow) || errors.Is(err, quantity.ErrFraction)):
		case !large && exact.IsInt() && err == nil && exact.Cmp(new(big.Rat).SetInt64(got)) == 0:
		case !large && !exact.IsInt() && got == 0 && errors.Is(err, quantity.ErrFraction):
		default:
			t.Fatalf("%s%s = %s is read as %d, %v", digits, word, exact, got, err)
		}
	})
}

func TestRead(t *testing.T) {
	t.Parallel()
	chain := func(of int64) qty.Pack { return qty.Pack{{Unit: qty.Case, Of: of}} }
	for _, tt := range []struct {
		cell  string
		state qty.State
		value int64
		unit  qty.Unit
		pack  qty.Pack
	}{
		{"100", qty.Stated, 100, qty.NoUnit, nil},
		{"198箱", qty.Stated, 198, qty.Case, nil},
		{"198 箱", qty.Stated, 198, qty.Case, nil},
		{"100 支", qty.Stated, 100, qty.Piece, nil},
		{"10,000只", qty.Stated, 10_000, qty.Piece, nil},
		{"1.5万只", qty.Stated, 15_000, qty.Piece, nil},
		{"三千五百个", qty.Stated, 3_500, qty.Piece, nil},
		{"两百副", qty.Stated, 200, qty.Pair, nil},
		{"20大箱", qty.Stated, 20, qty.Case, nil},
		{"5kg", qty.Stated, 5, qty.Kg, nil},
		{"5K只", qty.Stated, 5_000, qty.Piece, nil},
		{"200 masks", qty.Stated, 200, qty.Piece, nil},
		{"30 Boxes", qty.Stated, 30, qty.Box, nil},
		{"共200箱", qty.Stated, 200, qty.Case, nil},
		{"约5000只", qty.About, 5_000, qty.Piece, nil},
		{"大约 5000 只", qty.About, 5_000, qty.Piece, nil},
		{"about 300 sets", qty.About, 300, qty.Set, nil},
		{"200箱左右", qty.About, 200, qty.Case, nil},
		{"200左右", qty.About, 200, qty.NoUnit, nil},
		{"～200箱", qty.About, 200, qty.Case, nil},
		{"5000多只", qty.AtLeast, 5_000, qty.Piece, nil},
		{"3000余副", qty.AtLeast, 3_000, qty.Pair, nil},
		{"至少2万", qty.AtLeast, 20_000, qty.NoUnit, nil},
		{"不少于500套", qty.AtLeast, 500, qty.Set, nil},
		{"≥500", qty.AtLeast, 500, qty.NoUnit, nil},
		{"500+", qty.AtLeast, 500, qty.NoUnit, nil},
		{"100箱以上", qty.AtLeast, 100, qty.Case, nil},
		{"at least 1,000 pcs", qty.AtLeast, 1_000, qty.Piece, nil},
		{"200箱（100只/箱）", qty.Stated, 200, qty.Case, chain(100)},
		{"200箱，每箱1000只/箱", qty.Stated, 200, qty.Case, chain(1000)},
		{"若干", qty.Unstated, 0, qty.NoUnit, nil},
		{"（若干）", qty.Unstated, 0, qty.NoUnit, nil},
		{"急需！", qty.Unstated, 0, qty.NoUnit, nil},
		{"N/A", qty.Unstated, 0, qty.NoUnit, nil},
		{"As many as possible", qty.Unstated, 0, qty.NoUnit, nil},
		{"/", qty.Unstated, 0, qty.NoUnit, nil},
		{"-", qty.Unstated, 0, qty.NoUnit, nil},
		{"", qty.Unstated, 0, qty.NoUnit, nil},
		{" \u200b\u3000", qty.Unstated, 0, qty.NoUnit, nil},
	} {
		q, err := quantity.Read(tt.cell)
		if err != nil || q.State != tt.state || q.Value != tt.value || q.Unit != tt.unit || q.Pack.String() != tt.pack.String() || q.Text != tt.cell {
			t.Errorf("Read(%q) = %+v, %v", tt.cell, q, err)
		}
		if parsed, ok := quantity.Parse(tt.cell); !ok || parsed.Value != q.Value {
			t.Errorf("Parse(%q) = %+v, %t", tt.cell, parsed, ok)
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		cell string
		err  error
	}{
		{"0", quantity.ErrZero},
		{"0箱", quantity.ErrZero},
		{"零", quantity.ErrZero},
		{"-0", quantity.ErrZero},
		{"-4", quantity.ErrNegative},
		{"-4箱", quantity.ErrNegative},
		{"1.5", quantity.ErrFraction},
		{"1.5箱", quantity.ErrFraction},
		{"99999999999999999999箱", qty.ErrOverflow},
		{"口罩", quantity.ErrNotNumber},
		{"100-200箱", quantity.ErrNotNumber},
		{"100箱-200箱", quantity.ErrNotNumber},
		{"100~200", quantity.ErrNotNumber},
		{"两三箱", quantity.ErrNotNumber},
		{"十几箱", quantity.ErrNotNumber},
		{"几十箱", quantity.ErrNotNumber},
		{"半箱", quantity.ErrNotNumber},
		{"100箱/200盒", quantity.ErrNotNumber},
		{"5000+3000只", quantity.ErrNotNumber},
		{"200口罩", quantity.ErrNotNumber},
		{"2020-02-17", quantity.ErrNotNumber},
		{"13800000000转2", quantity.ErrNotNumber},
		{"=cmd|calc", quantity.ErrNotNumber},
	} {
		q, err := quantity.Read(tt.cell)
		if !errors.Is(err, tt.err) || q.Value != 0 || q.State != "" {
			t.Errorf("Read(%q) = %+v, %v; want %v", tt.cell, q, err, tt.err)
		}
		if _, ok := quantity.Parse(tt.cell); ok {
			t.Errorf("Parse(%q) is content", tt.cell)
		}
	}
}

func TestUnitOf(t *testing.T) {
	t.Parallel()
	for unit, words := range map[qty.Unit]string{
		qty.Piece:  "只 个 支 台 片 隻 Pcs pcs. EA masks 大只 原个",
		qty.Pair:   "副 双 对 雙 pairs",
		qty.Set:    "套 人份 Kit",
		qty.Box:    "盒 小盒 boxes",
		qty.Case:   "箱 件 纸箱 大箱 整件 CTN carton",
		qty.Bag:    "包 袋 大包 pack",
		qty.Bottle: "瓶 小瓶 btl",
		qty.Barrel: "桶 壶 drum",
		qty.Roll:   "卷 rolls",
		qty.Kg:     "公斤 千克 ＫＧ",
		qty.Litre:  "升 L",
		qty.MilliL: "毫升 mL",
		qty.Tablet: "粒 颗 丸 T capsules",
		qty.Other:  "提 床 份 吨 批 dozen",
	} {
		for word := range strings.FieldsSeq(words) {
			if got, ok := quantity.UnitOf(word); !ok || got != unit || !got.Valid() {
				t.Errorf("%s is %q, %t; want %s", word, got, ok, unit)
			}
		}
	}
	for _, word := range []string{"", "大", "口罩", "箱子", "XL", "中号", "件/箱", "2", "boxer", "只只"} {
		if got, ok := quantity.UnitOf(word); ok || got != qty.NoUnit {
			t.Errorf("%q is the unit %q", word, got)
		}
	}
}

func TestParsePack(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ spec, chain, base string }{
		{"1只/袋 50袋/盒 12盒/箱", "bag:1>box:50>case:600", "piece"},
		{"50只/盒", "box:50", "piece"},
		{"50 只 / 盒", "box:50", "piece"},
		{"1000只每箱", "case:1000", "piece"},
		{"12盒一箱", "case:12", "box"},
		{"50PCS/BOX, 40BOXES/CTN", "box:50>case:2000", "piece"},
		{"50只/盒 50只/盒", "box:50", "piece"}, // said twice
		{"50套/件", "case:50", "set"},
		{"45件/箱", "case:45", "piece"}, // 件 inside a pack counts single things
		{"100双/盒（大号）", "box:100", "pair"},
		{"24粒/盒", "box:24", "tablet"},
		{"50只*10盒/件", "box:50>case:500", "piece"},
		{"50只×10盒/箱", "box:50>case:500", "piece"},
		{"1只*50袋*12盒/箱", "bag:1>box:50>case:600", "piece"},
		{"500ml*30瓶/箱", "case:30", "bottle"},
		{"100只*10盒", "box:100", "piece"}, // what holds ten boxes is not named
		{"20片/袋 5公斤/袋", "bag:20", "piece"},
		{"4只/袋 4611686018427387904袋/箱", "bag:4", "piece"}, // 2⁶⁴ is no count

		// A comma that ends a model or a size groups no digits.
		{"1,000只/箱", "case:1000", "piece"},
		{"10,000只/箱", "case:10000", "piece"},
		{"1710,300只/件", "case:300", "piece"},
		{"1710，300只/件", "case:300", "piece"},
		{"N95，330只/件", "case:330", "piece"},
		{"N95,330只/件", "case:330", "piece"},
		{"KN90,1000只/件", "case:1000", "piece"},
		{"12*75,2400只/件", "case:2400", "piece"},
		{"L10,120只/件", "case:120", "piece"},
		{"100，400只/件", "case:400", "piece"},
	} {
		pack, base := quantity.ParsePack(tt.spec)
		if pack.String() != tt.chain || string(base) != tt.base {
			t.Errorf("ParsePack(%q) = %s of %s, want %s of %s", tt.spec, pack, base, tt.chain, tt.base)
		}
	}
}

func TestWhatIsNoPack(t *testing.T) {
	t.Parallel()
	for name, specs := range map[string][]string{
		"nothing":        {"", " \u200b", "/", "无", "-"},
		"size":           {"L", "XL号", "175#", "均码", "17.5cm*9.5cm", "6cm*7cm", "5*5", "大号 中号", "60*90cm/片"},
		"model":          {"N95", "8210", "1860S", "KN95/9501", "FFP2", "GB 19083-2010", "YY/T 0969-2013"},
		"volume, weight": {"500ml/瓶", "20kg/桶", "5L/桶", "0.25g/支", "75%*500ml", "500ml", "2.5升/壶"},
		"two readings":   {"100,400只/件", "50-100只/盒", "50~100只/盒", "7.5片/盒", "50只/盒 100只/盒"},
		"nonsense":       {"0只/箱", "10盒*5盒/箱", "10箱*5只/箱", "5只*3盒*2盒/箱", "50盒*10包/盒", "只/箱", "50/箱", "5只/只"},
		"too many":       {"99999999只/箱", "99999999999999999999999只/箱", "1000000只*1000000盒/箱"},
		"a whole page":   {strings.Repeat("说明", 100) + "50只/盒"},
	} {
		for _, spec := range specs {
			pack, base := quantity.ParsePack(spec)
			if len(pack) != 0 || base != qty.NoUnit {
				t.Errorf("%s: %q is %s of %s", name, spec, pack, base)
			}
		}
	}
}

func TestAChainIsReadAsItWasBuilt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := []string{"只", "袋", "盒", "箱"}
		of, want, spec := int64(1), []string{}, []string{}
		for i := range len(words) - 1 {
			n := rapid.Int64Range(1, 200).Draw(t, "n")
			of *= n
			unit, _ := quantity.UnitOf(words[i+1])
			want = append(want, string(unit)+":"+strconv.FormatInt(of, 10))
			spec = append(spec, strconv.FormatInt(n, 10)+words[i]+"/"+words[i+1])
		}
		if pack, base := quantity.ParsePack(strings.Join(spec, " ")); pack.String() != strings.Join(want, ">") || base != qty.Piece {
			t.Fatalf("%q is %s of %s", spec, pack, base)
		}
	})
}
