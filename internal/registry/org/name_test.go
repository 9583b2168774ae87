// SPDX-License-Identifier: Apache-2.0

package org_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/qiaorelief/qiao/internal/registry/org"
)

func TestWhatANameLooksLike(t *testing.T) {
	t.Parallel()
	for want, names := range map[org.Kind][]string{
		org.Hospital: {
			"示例市第一人民医院", "示例乡卫生院", "示例社区卫生服务中心", "Example General Hospital", "example clinic", "示例医院.", " 示例医院　",
			"示例医院（武汉）", "示例医院（）",
		},
		org.Government:  {"示例市卫生健康委员会", "示例街道办事处", "示例市指挥部", "Ministry of Example Government"},
		org.Federation:  {"示例省红十字会", "示例市慈善总会", "湖南省 慈善总会", "示例省侨联", "Example Red Cross"},
		org.Association: {"示例商会", "示例同乡会", "Example Chinese Association", "The Example Foundation"},
		org.Carrier:     {"示例物流", "Example Airlines", "示例航空公司"},
		org.Company: {
			"示例有限公司", "示例（上海）有限公司", "示例(湖南长沙)科技有限公司", "示例（集团）股份有限公司", "Example Co., Ltd.", "Example Co.",
			"EXAMPLE INC", "Example (China) Ltd", "Example (Shanghai) Co., Ltd", "示例公司，Example Ltd", "示例公司、示例二公司", "示例公司（示例集团）",
		},
		org.Other: {"示例大学", "示例小学", "University of Example College", "示例科学院"},
	} {
		for _, name := range names {
			if got := org.GuessKind(name); got != want {
				t.Errorf("%q looks like %q, want %q", name, got, want)
			}
			if !org.LooksPublic(name) {
				t.Errorf("%q is not public", name)
			}
		}
	}
}

// TestWhatMayBeAPersonIsNeverPublic lists the ways in which registers write a
// person down. Every name is invented: 张三 and 李四 are the John Doe of Chinese.
func TestWhatMayBeAPersonIsNeverPublic(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", " ", "张三", "张", "欧阳张三", "Zhang San", "Mr. Example", "Marco", "Marina", "Maria Co", "Frank Church", "无名氏",
		"张三先生", "张女士", "爱心人士", "张三一家", "示例公司张三", "示例大学校友张三", "示例公司代表",
		// in brackets, wherever they stand
		"示例公司（张三）", "示例公司(张三)", "示例公司【张三】", "示例公司[Zhang San]", "示例公司〔张三〕", "示例公司＜张三＞", "示例公司{张三}",
		"示例（张三）有限公司", "（张三）示例公司", "张三（示例公司）", "示例公司（张三）转示例医院", "示例（上海）公司（张三）", "示例（张三）公司（上海）",
		"示例公司（联系人张三）", "示例公司（张三先生）", "示例公司（上海张三）", "示例公司（（张三））", "示例（上海（张三））公司",
		"示例公司（高明）", "示例公司（和平）", "Example (Mr. Example) Ltd",
		// a bracket without its partner
		"示例公司（张三", "张三）示例公司", "示例公司）张三（", "（", "）",
		// beside an organisation
		"张三、示例公司", "示例公司、张三", "张三/示例公司", "张三，示例公司", "张三,示例公司", "张三;示例公司", "张三 示例公司", "张三\t示例公司", "张三\n示例公司", "张三＋示例公司",
		// hostile
		"\xff\xfe", strings.Repeat("（", 10_000) + "公司", strings.Repeat("张", 10_000), "公司", "、、公司",
	} {
		if org.LooksPublic(name) {
			t.Errorf("%.60q is public", name)
		}
		if got := org.GuessKind(name); got != org.Person {
			t.Errorf("%.60q looks like %q", name, got)
		}
	}
}

// TestABracketOrAListNeverMakesAPersonPublic joins names in every way.
func TestABracketOrAListNeverMakesAPersonPublic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		person := rapid.SampledFrom([]string{"张三", "李四", "王小五", "欧阳张三", "Li Si"}).Draw(t, "person")
		company := rapid.SampledFrom([]string{"示例公司", "示例医院", "示例（上海）有限公司", "示例商会", "Example Ltd"}).Draw(t, "company")
		name := rapid.SampledFrom([]string{
			"P（C）", "C（P）", "C（P）C", "（P）C", "C[P]", "P、C", "C、P", "C、P、C", "C（C、P）", "C（P（C））", "CP", "P", "C（上海）（P）",
		}).Draw(t, "shape")
		name = strings.NewReplacer("P", person, "C", company).Replace(name)
		if org.LooksPublic(name) {
			t.Fatalf("%q is public", name)
		}
	})
}

func FuzzGuessKind(f *testing.F) {
	for _, seed := range []string{"示例（上海）有限公司", "张三、示例公司", "Example Co., Ltd.", "）（", "\xff（", "示例 公司"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		kind := org.GuessKind(name)
		if !kind.Valid() || (kind == org.Person) == org.LooksPublic(name) {
			t.Fatalf("%q looks like %q", name, kind)
		}
		if org.LooksPublic(name + "（张三）") {
			t.Fatalf("%q（张三） is public", name)
		}
	})
}
