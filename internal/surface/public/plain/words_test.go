// SPDX-License-Identifier: Apache-2.0

package plain

import (
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/registry/catalog"
)

func words(t testing.TB) *Words {
	t.Helper()
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	return New(c)
}

func TestWordsThatNameNobodyAreShown(t *testing.T) {
	t.Parallel()
	w := words(t)
	for _, s := range []string{
		"受潮", "四盒受潮，退回待检", "型号不符", "外包装破损", "数量与单据不符，多送退回", "没有检测报告", "一箱挤破一盒，已拍照，两人签字", "搬运时摔碎，已清点",
		"同一张入库单登记了两次，删去重复的一次", "示例对公账户", "示例二维码", "示例网上捐款", "定向拨付", "运输", "采购",
		"帐篷", "KN95口罩 300个", "医用防护服 GB 19082-2009", "75% 酒精 500ml", "84 消毒液 500ml", "N95/FFP2 口罩", "3M 口罩 1860", "surgical masks", "damp, two boxes", "矿泉水24瓶/箱",
	} {
		if got := w.Plain(s); got != s {
			t.Errorf("%q is kept back", s)
		}
	}
}

func TestWordsThatMayNameSomebodyAreKeptBack(t *testing.T) {
	t.Parallel()
	w := words(t)
	for _, s := range []string{
		"张三示例", "张三口罩", "口罩 张三", "三张", "丁一", "万一", "王先生", "口罩（李四示例）", "masks from John Example", "Smith", "ZHANG",
		"13800138000", "138 0013 8000", "138-0013-8000", "口罩 0731-8888777", "微信 abc_12345", "a@example.org", "https://example.org", "１３８００１３８０００",
		"①③⑧⓪⓪①③⑧⓪⓪⓪", "مستشفى", "Иван", "たなか", "김철수", strings.Repeat("口罩", 100), "\u202e口罩张三", "口罩\u200b张三",
	} {
		if got := w.Plain(s); got != "" && s != "三张" {
			t.Errorf("%q is shown as %q", s, got)
		}
	}
	if (*Words)(nil).Plain("口罩") != "" {
		t.Error("without a list of words something is shown")
	}
}

func TestNumbersOfLotsAndStandards(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"L-0213-IT-04": true, "GB 19083-2010": true, "EN 14683:2019": true, "20200211": true, "ASTM F2100": true, "YY/T 0969-2013": true,
		"13800138000": false, "L-13800138000": false, "Zhang-1": false, "ZHANGSAN1": false, "张三-1": false, "": false, "LOT": false, "=1+1": false, "1\u202e2": false,
	} {
		if got := Code(s) != ""; got != want {
			t.Errorf("%q: shown %v", s, got)
		}
	}
}

// FuzzPlain: whatever is shown has no letters beyond Latin and Chinese, and no
// more digits in a row than a quantity has.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{"口罩", "张三示例", "138-0013-8000", "GB 19082-2009", "\u202e口罩", "a\xff"} {
		f.Add(s)
	}
	w := words(f)
	f.Fuzz(func(t *testing.T, s string) {
		shown := w.Plain(s)
		if shown != w.Plain(shown) {
			t.Errorf("%q is shown as %q, and that differently again", s, shown)
		}
		if number(shown) || Visible(shown) != shown || strings.ContainsAny(shown, "@") {
			t.Errorf("%q is shown as %q", s, shown)
		}
	})
}
