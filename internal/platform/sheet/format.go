// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// format is what a number format makes of a number; bits.
type format uint8

const (
	showsDay format = 1 << iota
	showsTime
)

var (
	quotedPart = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.`)
	elapsed    = regexp.MustCompile(`\[(h+|m+|s+)\]`)
	bracketed  = regexp.MustCompile(`\[[^\]]*\]`)
)

// formatOf reads a format code such as yyyy"年"m"月"d"日".
func formatOf(code string) format {
	code = strings.ToLower(quotedPart.ReplaceAllString(code, ""))
	code, _, _ = strings.Cut(code, ";")
	if elapsed.MatchString(code) || strings.Contains(code, "general") {
		return 0
	}
	code = bracketed.ReplaceAllString(code, "")
	code = strings.NewReplacer("am/pm", "h", "a/p", "h", "上午/下午", "h").Replace(code)
	var f format
	if strings.ContainsAny(code, "yd") {
		f |= showsDay
	}
	if strings.ContainsAny(code, "hs") {
		f |= showsTime
	}
	if f == 0 && strings.Contains(code, "m") {
		f = showsDay
	}
	return f
}

// builtin are the formats that a workbook names by number only (ECMA-376 part
// 1, 18.8.30, with those of Chinese programs).
func builtin(id int) format {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return showsDay
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return showsTime
	case id == 22:
		return showsDay | showsTime
	}
	return 0
}

// date writes a number out when the style of the cell shows a day or a time.
func (b *bookReader) date(text string) (string, bool) {
	i := atoi(b.style)
	if i < 0 || i >= len(b.formats) || b.formats[i] == 0 {
		return "", false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n >= 2958466 {
		return "", false
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if b.from1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if n < 60 {
		start = start.AddDate(0, 0, 1) // the program believes in 29 February 1900
	}
	days := math.Floor(n)
	t := start.AddDate(0, 0, int(days)).Add(time.Duration(math.Round((n-days)*86400)) * time.Second)
	switch b.formats[i] {
	case showsDay:
		return t.Format(time.DateOnly), true
	case showsTime:
		if n < 1 {
			return t.Format(time.TimeOnly), true
		}
	}
	return t.Format(time.DateTime), true
}
