// SPDX-License-Identifier: Apache-2.0

package public

// tiles places the prefectures of a province on a grid by their rough
// direction, for provinces that have one. It is no map. Columns and rows count
// from 1.
var tiles = map[string][2]int{
	// Hunan
	"4308": {1, 1}, "4307": {2, 1}, "4306": {3, 1},
	"4331": {1, 2}, "4309": {2, 2}, "4301": {3, 2},
	"4312": {1, 3}, "4313": {2, 3}, "4303": {3, 3}, "4302": {4, 3},
	"4305": {2, 4}, "4304": {3, 4},
	"4311": {2, 5}, "4310": {3, 5},
}

// tile returns where a place stands in the grid; 0, 0 lets it flow.
func tile(code string) (col, row int) {
	t := tiles[code]
	return t[0], t[1]
}
