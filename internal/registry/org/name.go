// SPDX-License-Identifier: Apache-2.0

package org

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/registry/place"
)

// kindEndings are how names of organisations end. The first
// match decides the kind; order matters.
var kindEndings = []struct {
	kind    Kind
	endings []string
}{
	{Hospital, []string{
		"医院", "卫生院", "卫生所", "卫生室", "卫生中心", "服务中心", "救治中心", "门诊部", "诊所", "疗养院", "妇幼保健院", "急救中心", "血液中心", "hospital",
		"clinic", "healthcenter",
	}},
	{Government, []string{
		"局", "委", "委员会", "政府", "指挥部", "办公室", "办事处", "街道", "社区", "管委会", "厅", "支队", "总队", "大队", "疾控中心", "疾病预防控制中心",
		"法院", "检察院", "公安", "部队", "监狱", "committee", "government", "ministry", "consulate", "embassy",
	}},
	{Federation, []string{"红十字会", "慈善总会", "慈善会", "侨联", "侨联会", "侨界联合会", "归国华侨联合会", "redcross", "federation"}},
	{Association, []string{
		"协会", "商会", "基金会", "联合会", "同乡会", "校友会", "学会", "促进会", "总会", "联谊会", "联盟", "研究会", "工会", "志愿者协会", "公益", "分会",
		"association", "foundation", "society", "chamber", "alumni", "union", "charity",
	}},
	{Carrier, []string{"物流", "速运", "快递", "航空", "航空公司", "物流公司", "logistics", "express", "airlines"}},
	{Company, []string{
		"公司", "集团", "厂", "企业", "银行", "药业", "制药", "药房", "大药房", "商行", "事务所", "合作社", "酒店", "超市", "工厂", "电器", "科技", "医疗",
		"医药", "分公司", "ltd", "limited", "inc", "llc", "gmbh", "co.", "corp", "corporation", "company", "group", "srl",
		"spa", "bank",
	}},
	{Other, []string{
		"大学", "学院", "学校", "中学", "小学", "幼儿园", "研究所", "研究院", "科学院", "中心", "站", "电视台", "出版社", "寺", "教会", "敬老院", "福利院",
		"养老院", "博物馆", "图书馆", "university", "college", "school", "institute", "academy",
	}},
}

// LooksPublic reports whether a name plainly is an organisation's: it ends like
// one, and nothing beside it, in brackets or in a list, may be a person.
func LooksPublic(name string) bool {
	_, ok := kindOf(name)
	return ok
}

// GuessKind returns what a name looks like; Person when it does not look like
// an organisation.
func GuessKind(name string) Kind {
	kind, ok := kindOf(name)
	if !ok {
		return Person
	}
	return kind
}

// kindOf takes brackets off, then looks at each name of a list.
func kindOf(name string) (Kind, bool) {
	outside, inside, ok := brackets(name)
	if !ok {
		return "", false
	}
	for _, text := range inside {
		if !harmless(text) {
			return "", false
		}
	}
	var kind Kind
	parts := parties(outside)
	for i, part := range parts {
		if k, ok := kindOfOne(part); ok {
			kind = k
		} else if i == len(parts)-1 || !placeName(part) {
			return "", false
		}
	}
	return kind, kind != ""
}

// The pairs of brackets in which a name may stand, at the same positions.
const (
	opening = "（(【[［〔〖〈｛{＜<"
	closing = "）)】]］〕〗〉｝}＞>"
)

// brackets separates 示例（上海）有限公司 into what stands outside and what stands
// inside. A bracket without its partner, or inside another one, is not ok: it
// hides where a name ends.
func brackets(name string) (outside string, inside []string, ok bool) {
	var out, in strings.Builder
	depth := 0
	for _, r := range name {
		switch {
		case strings.ContainsRune(opening, r):
			if depth++; depth > 1 {
				return "", nil, false
			}
		case strings.ContainsRune(closing, r):
			if depth--; depth < 0 {
				return "", nil, false
			}
			if depth == 0 {
				inside = append(inside, in.String())
				in.Reset()
			}
		case depth > 0:
			in.WriteRune(r)
		default:
			out.WriteRune(r)
		}
	}
	return out.String(), inside, depth == 0
}

// harmless reports whether words in brackets cannot be a person: nothing, a
// place, another organisation, or one of the words that companies put there.
func harmless(text string) bool {
	text = strings.ToLower(strings.Trim(text, blanks))
	if text == "" || placeName(text) || slices.Contains(companyWords, text) {
		return true
	}
	_, ok := kindOfOne(text)
	return ok
}

var companyWords = []string{"集团", "控股", "国际", "总部", "总公司", "group", "holding", "holdings", "international"}

// placeName reports whether the text is a place, or one place after another:
// 长沙, 湖南长沙, 中国上海.
func placeName(text string) bool {
	text = strings.ToLower(strings.Trim(text, blanks))
	if len(text) > longestPlaces {
		return false
	}
	if isPlace(text) {
		return true
	}
	for i := range text {
		if i > 0 && isPlace(text[:i]) && isPlace(strings.Trim(text[i:], blanks)) {
			return true
		}
	}
	return false
}

// longestPlaces bounds what is tried, in bytes: the longest name of a place is
// about half of it.
const longestPlaces = 120

// latinPlaces are places as they stand in the English names of companies; the
// register of places has Chinese divisions in Chinese only.
var latinPlaces = []string{
	"beijing", "shanghai", "tianjin", "chongqing", "guangzhou", "shenzhen", "wuhan", "changsha", "hunan", "hubei", "suzhou",
	"hangzhou", "nanjing", "chengdu", "qingdao", "dalian", "xiamen", "ningbo", "hong kong", "hongkong", "hk", "macau", "macao",
	"taiwan", "china", "prc", "usa", "u.s.a.", "us", "uk", "asia", "europe",
}

func isPlace(text string) bool {
	return place.Known(text) || slices.Contains(latinPlaces, text)
}

// parties separates the names of a list: 张三、示例公司 are two. A blank between
// Chinese characters separates too; a comma does beside one only, because
// "Example Co., Ltd." is one name.
func parties(name string) []string {
	runes := []rune(strings.Trim(name, blanks))
	han := func(i int) bool { return i >= 0 && i < len(runes) && unicode.Is(unicode.Han, runes[i]) }
	var parts []string
	start := 0
	for i, r := range runes {
		switch {
		case strings.ContainsRune("、；;，/／|｜+＋\n\r\t", r):
		case r == ',' && (han(i-1) || han(i+1)):
		case unicode.IsSpace(r) && han(i-1) && han(i+1):
		default:
			continue
		}
		parts = append(parts, string(runes[start:i]))
		start = i + 1
	}
	return append(parts, string(runes[start:]))
}

// blanks stand around names without being part of them.
const blanks = " \t\r\n\u00a0\u3000\u200b"

// kindOfOne looks at how one name ends.
func kindOfOne(name string) (Kind, bool) {
	plain := strings.ToLower(strings.Trim(name, blanks+"。,，"))
	words := strings.ReplaceAll(plain, " ", "")
	if utf8.RuneCountInString(words) < 3 || personal(words) {
		return "", false
	}
	for _, k := range kindEndings {
		for _, e := range k.endings {
			if endsLike(plain, words, e) {
				return k.kind, true
			}
		}
	}
	return "", false
}

// endsLike compares Han endings with the text, Latin ones with the last word:
// "Marco" does not end in the company's "co.". A family name that is a word of
// companies too counts with its dot only: "Maria Co" is a person, "Example Co." is not.
func endsLike(plain, words, ending string) bool {
	if !strings.HasSuffix(ending, ".") {
		plain, words = strings.TrimRight(plain, "."), strings.TrimRight(words, ".")
	}
	if ending[0] >= 0x80 || len(ending) > 5 {
		return strings.HasSuffix(words, ending)
	}
	return plain == ending || strings.HasSuffix(plain, " "+ending)
}

// personal finds words that say a private person is meant.
func personal(name string) bool {
	for _, w := range []string{"先生", "女士", "小姐", "同志", "个人", "爱心人士", "一家", "夫妇", "家庭", "老师", "同学", "代表", "联系人", "mr.", "mrs.", "ms."} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}
