// SPDX-License-Identifier: Apache-2.0

// Package numeral says how a workbook shows its numbers: which formats make days
// and times of them, and how a number is written without binary noise.
package numeral

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Format is what a number format makes of a number; bits.
type Format uint8

const (
	showsDay Format = 1 << iota
	showsTime
)

var (
	quotedPart = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.`)
	elapsed    = regexp.MustCompile(`\[(h+|m+|s+)\]`)
	bracketed  = regexp.MustCompile(`\[[^\]]*\]`)
)

// FormatOf reads a format code such as yyyy"年"m"月"d"日".
func FormatOf(code string) Format {
	code = strings.ToLower(quotedPart.ReplaceAllString(code, ""))
	code, _, _ = strings.Cut(code, ";")
	if elapsed.MatchString(code) || strings.Contains(code, "general") {
		return 0
	}
	code = bracketed.ReplaceAllString(code, "")
	code = strings.NewReplacer("am/pm", "h", "a/p", "h", "上午/下午", "h").Replace(code)
	var f Format
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

// Builtin are the formats that a workbook names by number only (ECMA-376 part
// 1, 18.8.30, with those of Chinese programs).
func Builtin(id int) Format {
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

// Date writes a serial number out when the format shows a day or a time;
// from1904 tells from which day the workbook counts.
func (f Format) Date(text string, from1904 bool) (string, bool) {
	if f == 0 {
		return "", false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 || n >= 2958466 {
		return "", false
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if n < 60 {
		start = start.AddDate(0, 0, 1) // the program believes in 29 February 1900
	}
	days := math.Floor(n)
	t := start.AddDate(0, 0, int(days)).Add(time.Duration(math.Round((n-days)*86400)) * time.Second)
	switch f {
	case showsDay:
		return t.Format(time.DateOnly), true
	case showsTime:
		if n < 1 {
			return t.Format(time.TimeOnly), true
		}
	}
	return t.Format(time.DateTime), true
}

// Text writes a number without the noise of binary fractions: 15 for 15.0,
// 0.1 for 0.10000000000000001. Whole numbers stay exact.
func Text(s string) string {
	if strings.Trim(s, "0123456789") == "" {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f > 1e300 || f < -1e300 {
		return s
	}
	if whole, digits := strings.CutPrefix(s, "-"); digits && strings.Trim(whole, "0123456789") == "" {
		return s
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	if err != nil {
		return s
	}
	if short == 0 {
		return "0"
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}
