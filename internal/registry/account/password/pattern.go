// SPDX-License-Identifier: Apache-2.0

package password

import "strings"

// run returns the length of a run at the beginning whose characters are equal or
// go up or down by one: aaaa, 1234, fedcb. Less than three is none.
func run(text []rune) int {
	if len(text) < 3 {
		return 0
	}
	step := text[1] - text[0]
	if step < -1 || step > 1 {
		return 0
	}
	n := 2
	for n < len(text) && text[n]-text[n-1] == step {
		n++
	}
	if n < 3 {
		return 0
	}
	return n
}

// rows are the keys of a keyboard; a walk goes along a row or down a column.
var rows = [...]string{"`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./"}

// key returns row and place of a character on the keyboard.
func key(c rune) (row, column int, found bool) {
	if at := strings.IndexRune("~!@#$%^&*()_+", c); at >= 0 {
		return 0, at, true
	}
	for row, keys := range rows {
		if column := strings.IndexRune(keys, c); column >= 0 {
			if row > 0 {
				column++ // the row of numbers begins one key further left
			}
			return row, column, true
		}
	}
	return 0, 0, false
}

// walk returns the length of a walk over neighbouring keys at the beginning;
// a jump back to the next column (1qaz2wsx) goes on. Less than four is none.
func walk(text []rune) int {
	n, jumps := 1, 0
	for n < len(text) {
		row, column, ok := key(text[n-1])
		nextRow, nextColumn, nextOK := key(text[n])
		if !ok || !nextOK {
			break
		}
		down, side := nextRow-row, nextColumn-column
		near := down >= -1 && down <= 1 && side >= -1 && side <= 1
		back := (down <= -2 || down >= 2) && side >= -1 && side <= 1
		if !near && !back {
			break
		}
		if back {
			jumps++
		}
		n++
	}
	if n < 4 || jumps*3 > n {
		return 0
	}
	return n
}

// date returns the length of a year or a date in digits at the beginning.
func date(text []rune) int {
	digits := 0
	for digits < len(text) && digits < 8 && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	if digits < 4 || text[0] != '1' && text[0] != '2' || text[0] == '1' && text[1] != '9' || text[0] == '2' && text[1] != '0' {
		return 0
	}
	if digits == 8 || digits == 6 {
		return digits
	}
	return 4
}

// period returns the length of the unit that the whole text repeats; 0: none.
func period(text []rune) int {
	for unit := 1; unit <= len(text)/2; unit++ {
		same := true
		for i := unit; i < len(text) && same; i++ {
			same = text[i] == text[i-unit]
		}
		if same {
			return unit
		}
	}
	return 0
}
