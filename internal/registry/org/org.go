// SPDX-License-Identifier: Apache-2.0

package org

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
)

// Kind says what an organisation is in the effort.
type Kind string

// The kinds.
const (
	Federation  Kind = "federation"  // a federation or charity office of any level
	Association Kind = "association" // an association or group abroad
	Hospital    Kind = "hospital"
	Supplier    Kind = "supplier"
	Carrier     Kind = "carrier"
	Government  Kind = "government"
	Company     Kind = "company"
	Person      Kind = "person" // a private person: never shown in public
	Other       Kind = "other"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Federation, Association, Hospital, Supplier, Carrier, Government, Company, Person, Other}
}

// Valid reports whether k is one of Kinds.
func (k Kind) Valid() bool {
	switch k {
	case Federation, Association, Hospital, Supplier, Carrier, Government, Company, Person, Other:
		return true
	}
	return false
}

// MaxName is the longest name, in characters.
const MaxName = 200

// Org is an organisation (or a person who gave something).
type Org struct {
	ID        id.ID
	Kind      Kind
	Name      string
	Parent    id.ID  // zero: the top of a tree
	Place     string // code of registry/place; empty: not known
	Public    bool   // the name may stand on public pages
	Note      string
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Input is what a person enters about an organisation.
type Input struct {
	Kind   Kind
	Name   string
	Parent id.ID
	Place  string
	Public *bool // nil: decided by the name
	Note   string
}

// Validate checks the input without a database.
func (in Input) Validate() error {
	bad := errs.Bad()
	if strings.TrimSpace(in.Name) == "" {
		bad.Field("name", "org.name.missing")
	}
	if utf8.RuneCountInString(in.Name) > MaxName {
		bad.Field("name", "org.name.long", "max", MaxName)
	}
	if !in.Kind.Valid() {
		bad.Field("kind", "org.kind.unknown", "kind", in.Kind)
	}
	if utf8.RuneCountInString(in.Note) > 2000 {
		bad.Field("note", "error.field_long", "max", 2000)
	}
	return bad.OrNil()
}

func (in Input) public() bool {
	if in.Kind == Person {
		return false
	}
	if in.Public != nil {
		return *in.Public
	}
	return LooksPublic(in.Name)
}

// kindEndings and publicEndings are how names of organisations end. The first
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
		"医药", "分公司", "ltd", "limited", "inc", "llc", "gmbh", "co", "corp", "corporation", "company", "group", "srl",
		"spa", "bank",
	}},
	{Other, []string{
		"大学", "学院", "学校", "中学", "小学", "幼儿园", "研究所", "研究院", "科学院", "中心", "站", "电视台", "出版社", "寺", "教会", "敬老院", "福利院",
		"养老院", "博物馆", "图书馆", "university", "college", "school", "institute", "academy", "church",
	}},
}

// LooksPublic reports whether a name plainly ends like an organisation's.
// Anything in brackets at the end is taken off first: it may hold a person.
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

func kindOf(name string) (Kind, bool) {
	if strings.ContainsAny(name, "（(【[") {
		return kindOfBracketed(name)
	}
	plain := strings.ToLower(strings.Trim(name, " \t\u00a0\u200b.。,，"))
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
// "Marco" does not end in the company's "co".
func endsLike(plain, words, ending string) bool {
	if ending[0] >= 0x80 {
		return strings.HasSuffix(words, ending)
	}
	if len(ending) > 5 {
		return strings.HasSuffix(words, ending)
	}
	return plain == ending || strings.HasSuffix(plain, " "+ending)
}

// kindOfBracketed allows 示例（上海）有限公司, where the bracket names a place and
// stands inside, and refuses a name that ends in a bracket: 某公司（张三）.
func kindOfBracketed(name string) (Kind, bool) {
	var outside, inside strings.Builder
	depth := 0
	for _, r := range name {
		switch r {
		case '（', '(', '【', '[':
			depth++
		case '）', ')', '】', ']':
			if depth > 0 {
				depth--
			}
		default:
			if depth > 0 {
				inside.WriteRune(r)
			} else {
				outside.WriteRune(r)
			}
		}
	}
	trimmed := strings.TrimSpace(name)
	last, _ := utf8.DecodeLastRuneInString(trimmed)
	if strings.ContainsRune("）)】]", last) {
		_, insideOK := kindOf(inside.String())
		kind, ok := kindOf(outside.String())
		return kind, ok && insideOK
	}
	if personal(inside.String()) || utf8.RuneCountInString(inside.String()) > 8 {
		return "", false
	}
	return kindOf(outside.String())
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
