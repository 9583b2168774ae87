// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/kernel/clock"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/money"
	"github.com/qiaorelief/qiao/locales"
)

func loaded(t testing.TB) *Bundle {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// texts reads all messages of a language folder.
func texts(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	names, err := fs.Glob(locales.FS, folder+"/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal(folder, names, err)
	}
	for _, name := range names {
		raw, err := fs.ReadFile(locales.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fs.Stat(locales.FS, path.Join("en", path.Base(name))); err != nil {
			t.Errorf("%s has no twin: %v", name, err)
		}
		var file map[string]string
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatal(name, err)
		}
		for key, text := range file {
			all[key] = text
		}
	}
	return all
}

func TestBothLanguagesHaveTheSameMessages(t *testing.T) {
	t.Parallel()
	zh, en := texts(t, "zh"), texts(t, "en")
	argument := regexp.MustCompile(`\{\{\s*(?:plural )?\.(\w+)`)
	arguments := func(text string) []string {
		var names []string
		for _, match := range argument.FindAllStringSubmatch(text, -1) {
			names = append(names, match[1])
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	for key := range en {
		if _, ok := zh[key]; !ok {
			t.Errorf("%s is only in English", key)
		}
	}
	for key, text := range zh {
		other, ok := en[key]
		if !ok {
			t.Errorf("%s is only in Chinese", key)
			continue
		}
		// A text may need fewer arguments in one language, but never one that the
		// other does not know. Dates name their month in English.
		if strings.HasPrefix(key, "date.") {
			continue
		}
		if a, b := arguments(text), arguments(other); !within(a, b) && !within(b, a) {
			t.Errorf("%s: arguments %v in Chinese, %v in English", key, a, b)
		}
	}
}

func within(a, b []string) bool {
	return !slices.ContainsFunc(a, func(name string) bool { return !slices.Contains(b, name) })
}

func TestEnglishHasNoHan(t *testing.T) {
	t.Parallel()
	han := regexp.MustCompile(`\p{Han}|[，。；：（）、]`)
	for key, text := range texts(t, "en") {
		// A message may quote the Chinese word that it is about in “ ”.
		quoted := regexp.MustCompile(`“[^”]*”`).ReplaceAllString(text, "")
		if han.MatchString(quoted) {
			t.Errorf("%s: %s", key, text)
		}
	}
}

func TestEveryMessageCanBeWritten(t *testing.T) {
	t.Parallel()
	argument := regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)
	choice := regexp.MustCompile("\\{\\{plural \\.(\\w+) `([^`]*)` `([^`]*)`\\}\\}")
	for folder, tag := range map[string]string{"zh": "zh-Hans", "en": "en"} {
		l := loaded(t).For(tag)
		for key, text := range texts(t, folder) {
			var args []any
			for _, match := range append(argument.FindAllStringSubmatch(text, -1), choice.FindAllStringSubmatch(text, -1)...) {
				args = append(args, match[1], "x")
			}
			want := choice.ReplaceAllString(argument.ReplaceAllString(text, "x"), "$3")
			if got := l.T(key, args...); got != want || strings.Contains(got, "{{") {
				t.Errorf("%s in %s: got %q, want %q", key, folder, got, want)
			}
		}
	}
}

func TestNumbersTakeTheirOwnForm(t *testing.T) {
	t.Parallel()
	en, zh := loaded(t).In(English), loaded(t).In(Chinese)
	for _, c := range []struct {
		n              int64
		rows, unit, zh string
	}{
		{0, "0 rows.", "pieces", "共 0 行。"},
		{1, "1 row.", "piece", "共 1 行。"},
		{2, "2 rows.", "pieces", "共 2 行。"},
		{1000, "1,000 rows.", "pieces", "共 1,000 行。"},
	} {
		if got := en.T("report.rows_count", "n", en.Number(c.n)); got != c.rows {
			t.Errorf("%d: %s", c.n, got)
		}
		if got := en.T("unit.piece", "n", c.n); got != c.unit {
			t.Errorf("%d: %s", c.n, got)
		}
		if got := zh.T("report.rows_count", "n", zh.Number(c.n)); got != c.zh {
			t.Errorf("%d: %s", c.n, got)
		}
	}
	one := errs.New(errs.Exhausted, "distribution.not_in_stock", "item", "goggles", "missing", int64(1), "unit", "piece")
	if title, _ := en.Error(one); title != "Not enough goggles in stock: 1 piece is missing. Record the receipt first, or hand over less" {
		t.Error(title)
	}
	if title, _ := zh.Error(one); title != "goggles 库存不够，还差 1 个。请先登记收货，或少发一些" {
		t.Error(title)
	}
}

// TestNoEnglishMessageCountsWithoutAPlural: no message says 1 rows. What follows a
// number is chosen by it; only bounds, which are never 1, may do without.
func TestNoEnglishMessageCountsWithoutAPlural(t *testing.T) {
	t.Parallel()
	counted := regexp.MustCompile(`\{\{\.(\w+)\}\} (?:more )?([a-z]+)`)
	bounds := []string{"max", "limit", "kib", "mib", "megapixels", "side"}
	verbs := []string{"as", "does", "has", "is", "says", "shows", "uses", "was", "differs", "belongs"} // behind a name
	for key, text := range texts(t, "en") {
		for _, m := range counted.FindAllStringSubmatch(text, -1) {
			if strings.HasSuffix(m[2], "s") && !slices.Contains(bounds, m[1]) && !slices.Contains(verbs, m[2]) {
				t.Errorf("%s: %s is always many; write {{plural .%s `…` `%s`}}", key, m[0], m[1], m[2])
			}
		}
	}
}

func TestMissingKeyIsShownAsItself(t *testing.T) {
	t.Parallel()
	l := loaded(t).For("en")
	if got := l.T("no.such.key", "n", 1); got != "no.such.key" || l.Has("no.such.key") {
		t.Errorf("got %q", got)
	}
	if got := l.Or("no.such.key", "web.name", "x"); got != "Qiao" {
		t.Errorf("got %q", got)
	}
}

func TestLoadRefusesDoublesAndNonsense(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"no words for the other script": {"zh/a.json": {Data: []byte(`{"k":"一"}`)}},
		"double":                        {"zh/a.json": {Data: []byte(`{"k":"一"}`)}, "zh/b.json": {Data: []byte(`{"k":"二"}`)}},
		"nonsense":                      {"zh/a.json": {Data: []byte(`{"k":`)}},
		"nested":                        {"zh/a.json": {Data: []byte(`{"k":{"other":"x"}}`)}},
	} {
		if _, err := load(files); err == nil {
			t.Errorf("%s was loaded", name)
		}
	}
}

func TestFor(t *testing.T) {
	t.Parallel()
	b := loaded(t)
	for _, c := range []struct {
		tags []string
		want Lang
	}{
		{nil, Chinese},
		{[]string{"", "en"}, English},
		{[]string{"en-US,en;q=0.9,zh;q=0.8"}, English},
		{[]string{"zh-TW,en;q=0.8"}, Traditional},
		{[]string{"zh-HK"}, Traditional},
		{[]string{"zh-MO"}, Traditional},
		{[]string{"zh-Hant"}, Traditional},
		{[]string{"zh-Hant-MY"}, Traditional},
		{[]string{"yue-HK"}, Traditional},
		{[]string{"en;q=0.5,zh-Hant-HK;q=0.9"}, Traditional},
		{[]string{"zh"}, Chinese},
		{[]string{"zh-CN"}, Chinese},
		{[]string{"zh-SG"}, Chinese},
		{[]string{"zh-Hans-TW"}, Chinese},
		{[]string{"fr,en;q=0.5"}, English},
		{[]string{"fr", "de"}, Chinese},
		{[]string{"en;q=0"}, Chinese},
		{[]string{"<script>", "en"}, English},
		{[]string{string(make([]byte, 5000)), "en"}, English},
	} {
		if got := b.For(c.tags...).Lang(); got != c.want {
			t.Errorf("For(%.60q) is %s, want %s", c.tags, got, c.want)
		}
	}
}

func FuzzFor(f *testing.F) {
	f.Add("en-US,en;q=0.9", "zh")
	f.Add("*;q=0", "")
	b := loaded(f)
	f.Fuzz(func(t *testing.T, query, header string) {
		if l := b.For(query, header); l == nil {
			t.Fatal("nobody")
		}
	})
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	zh, en := loaded(t).For("zh"), loaded(t).For("en")
	for n, want := range map[int64][3]string{
		0: {"0", "", ""}, 999: {"999", "", ""}, -1000: {"−1,000", "", ""}, 9_999: {"9,999", "", ""},
		10_000: {"10,000", "1.00 万", ""}, 5_050_120: {"5,050,120", "505.01 万", "5.05 million"},
		99_999_999: {"99,999,999", "9,999.99 万", "99.99 million"}, 120_000_000: {"120,000,000", "1.20 亿", "120.00 million"},
		-34_504_315:   {"−34,504,315", "−3,450.43 万", "−34.50 million"},
		math.MaxInt64: {"9,223,372,036,854,775,807", "92,233,720,368.54 亿", "9,223,372,036,854.77 million"},
		math.MinInt64: {"−9,223,372,036,854,775,808", "−92,233,720,368.54 亿", "−9,223,372,036,854.77 million"},
	} {
		if got := [3]string{zh.Number(n), zh.Short(n), en.Short(n)}; got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
	if got := zh.Signed(2140) + zh.Signed(0) + zh.Signed(-3); got != "+2,1400−3" {
		t.Error(got)
	}
}

func TestGroupingOnlyAddsCommas(t *testing.T) {
	t.Parallel()
	l := loaded(t).For("en")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		plain := regexp.MustCompile(",").ReplaceAllString(l.Number(n), "")
		back := regexp.MustCompile("−").ReplaceAllString(plain, "-")
		if a, err := money.Parse(back, "JPY"); err == nil && a.Minor != n {
			t.Fatalf("%d became %s", n, l.Number(n))
		}
	})
}

func TestPercentIsCut(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]int64{{1, 0, 0}, {0, 5, 0}, {-1, 5, 0}, {999, 1000, 99}, {1000, 1000, 100}, {3, 2, 150}, {math.MaxInt64, math.MaxInt64, 100}, {math.MaxInt64 - 1, math.MaxInt64, 99}} {
		if got := Percent(c[0], c[1]); got != c[2] {
			t.Errorf("Percent(%d, %d) is %d, want %d", c[0], c[1], got, c[2])
		}
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	zh, en := loaded(t).For("zh"), loaded(t).For("en")
	yuan := money.Amount{Minor: 1354762600, Currency: money.CNY}
	for got, want := range map[string]string{
		zh.Money(yuan): "13,547,626.00", zh.MoneyWhole(yuan): "13,547,626.00 元", en.MoneyWhole(yuan): "CNY 13,547,626.00",
		zh.MoneyShort(yuan): "1,354.76 万", zh.Money(money.Amount{Minor: 1_000_000, Currency: "JPY"}): "1,000,000",
		zh.Currency("ZAR"): "ZAR", zh.MoneyShort(money.Amount{Minor: 1_000_000, Currency: "JPY"}): "100.00 万",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTimesCarryTheirZone(t *testing.T) {
	t.Parallel()
	zh, en := loaded(t).For("zh"), loaded(t).For("en")
	moment := time.Date(2020, 2, 17, 10, 0, 0, 0, time.UTC)
	beijing := time.FixedZone("Asia/Shanghai", 8*3600)
	for got, want := range map[string]string{
		zh.DateTime(moment, beijing):                                        "2020年2月17日 18:00（北京时间 UTC+8）",
		en.DateTime(moment, beijing):                                        "17 February 2020, 18:00 (Beijing time UTC+8)",
		en.DateTime(moment, time.FixedZone("Asia/Kathmandu", 5*3600+45*60)): "17 February 2020, 15:45 (UTC+5:45)",
		en.Zone(moment, time.FixedZone("X", -5*3600)):                       "UTC−5",
		zh.Zone(moment, time.UTC):                                           "世界时 UTC",
		zh.DateTime(time.Time{}, beijing):                                   "",
		zh.Date(0) + zh.DateShort(0) + zh.Axis(0) + zh.Weekday(0):           "",
		zh.Weekday(clock.Day(20200217)):                                     "星期一",
		en.DateShort(20200905):                                              "5 Sept",
		zh.Axis(20200217):                                                   "2/17",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestErrorsAreToldWithoutTheirCause(t *testing.T) {
	t.Parallel()
	l := loaded(t).For("en")
	bad := errs.Bad().Field("name", "error.field").Field("age", "no.such.key")
	title, fields := l.Error(bad)
	if title != "Some of this needs to be changed" || len(fields) != 2 || fields[0].Name != "name" || fields[1].Text != fields[0].Text {
		t.Errorf("%s %+v", title, fields)
	}
	secret := errs.Wrap(errors.New("secret"), errs.Internal, "no.such.key")
	if title, _ := l.Error(secret); title != "Something went wrong on our side" {
		t.Error(title)
	}
}

func BenchmarkPlain(b *testing.B) {
	l := loaded(b).For("zh")
	for b.Loop() {
		l.T("web.name")
	}
}

func BenchmarkWithArguments(b *testing.B) {
	l := loaded(b).For("zh")
	for b.Loop() {
		l.T("web.count_of", "what", "x", "n", "5")
	}
}
