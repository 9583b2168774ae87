// SPDX-License-Identifier: Apache-2.0

package i18n

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/platform/han"
	"github.com/qiaorelief/qiao/locales"
)

func TestTraditionalSaysWhatSimplifiedSays(t *testing.T) {
	t.Parallel()
	l := loaded(t).In(Traditional)
	if l.Lang() != Traditional {
		t.Fatal(l.Lang())
	}
	for key, want := range map[string]string{
		"web.nav_threads":                 "去向",
		"report.reversed":                 "已沖正",
		"report.equation":                 "收入 = 發出 + 庫存",
		"report.made":                     "編製",
		"web.data.rule.unit.text":         "手套、鞋套、靴子按雙，其餘按件、隻或瓶。一箱多少隻寫明了才換算。",
		"web.data.rule.packs.text":        "不知道裡面有多少的箱、包另列一行，不算進合計。",
		"unit.piece.masks":                "隻",
		"register.unit.conflict":          "數量裡的單位和單位欄不一致（例如「隻」和「雙」）。請確認哪一個對。",
		"public.entry.receipt.donation":   "捐贈入庫",
		"public.entry.distribution":       "發放",
		"error.shutting_down":             "服務正在重啟，請過幾秒再試",
		"web.data.rule.unreconciled.text": "收入減去發出和庫存如果不等於零，差多少就寫多少，單列一行，能點開看是哪些。",
	} {
		if got := l.T(key); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
	if got, want := l.T("sheet.too_many_columns", "row", 3, "found", 9, "limit", 7), "第 3 行有 9 欄，最多 7 欄。請檢查是否選錯了檔案，或刪掉多餘的欄。"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTraditionalHasNoSimplifiedCharacter(t *testing.T) {
	t.Parallel()
	table, err := han.Traditional()
	if err != nil {
		t.Fatal(err)
	}
	b := loaded(t)
	for key, text := range texts(t, "zh") {
		if text == "" {
			continue
		}
		words := regexp.MustCompile(`\{\{[^}]*\}\}`).ReplaceAllString(b.In(Traditional).Name(text, ""), "")
		for _, r := range words {
			// 台, 干, 里 and others are written in both scripts, some of them with
			// another meaning in each; 后 alone is never meant here.
			if other := table.Convert(string(r)); other != string(r) && !strings.ContainsRune("台干里只云岳湿余", r) {
				t.Errorf("%s: %s in %s", key, string(r), words)
			}
		}
	}
}

// TestNamesOfOurListsAreInTheReadersScript: and what is no such name is not
// touched, because nobody gives it to Name.
func TestNamesOfOurListsAreInTheReadersScript(t *testing.T) {
	t.Parallel()
	b := loaded(t)
	for _, c := range []struct{ zh, en, hans, hant, english string }{
		{"医用防护口罩", "Medical respirator", "医用防护口罩", "醫用防護口罩", "Medical respirator"},
		{"免洗手/速干手消毒", "Hand sanitizer", "免洗手/速干手消毒", "免洗手/速乾手消毒", "Hand sanitizer"},
		{"湘西土家族苗族自治州", "", "湘西土家族苗族自治州", "湘西土家族苗族自治州", "湘西土家族苗族自治州"},
		{"岳阳市", "", "岳阳市", "岳陽市", "岳阳市"},
		{"毛里求斯", "Mauritius", "毛里求斯", "毛里求斯", "Mauritius"},
		{"索马里", "Somalia", "索马里", "索馬里", "Somalia"},
		{"", "", "", "", ""},
	} {
		for lang, want := range map[Lang]string{Chinese: c.hans, Traditional: c.hant, English: c.english} {
			if got := b.In(lang).Name(c.zh, c.en); got != want {
				t.Errorf("%s in %s is %s, want %s", c.zh, lang, got, want)
			}
		}
	}
}

func TestEveryOverrideIsNeeded(t *testing.T) {
	t.Parallel()
	raw, err := fs.ReadFile(locales.FS, overrides)
	if err != nil {
		t.Fatal(err)
	}
	var own map[string]string
	if err := json.Unmarshal(raw, &own); err != nil {
		t.Fatal(err)
	}
	table, err := han.Traditional()
	if err != nil {
		t.Fatal(err)
	}
	zh := texts(t, "zh")
	for from, to := range own {
		text, isKey := zh[from]
		switch {
		case isKey && table.Convert(text) == to:
			t.Errorf("%s says what the table says", from)
		case !isKey && regexp.MustCompile(`^[a-z_.]+$`).MatchString(from):
			t.Errorf("there is no message %s", from)
		case !isKey && table.Convert(from) == to:
			t.Errorf("%s becomes %s by the table as well", from, to)
		}
	}
}

func BenchmarkTraditional(b *testing.B) {
	for b.Loop() {
		loaded(b).In(Traditional)
	}
}
