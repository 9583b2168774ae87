// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"context"
	"image"
	"image/draw"
)

// band is how many rows are converted at a time: the whole picture in the form
// in which it is added up would need four bytes for each pixel more.
const band = 16

// shrink draws the picture anew with at most longest pixels on its longer side.
// A pixel of the result is the mean of what it covers, in exact integers, so that
// nothing flickers and the result is the same on every machine. A picture is
// never made larger.
func shrink(ctx context.Context, m image.Image, longest int) (*image.RGBA, error) {
	from := m.Bounds()
	w, h := fit(from.Dx(), from.Dy(), longest)
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if w == from.Dx() && h == from.Dy() {
		draw.Draw(to, to.Bounds(), m, from.Min, draw.Src)
		return to, ctx.Err()
	}
	rows := &mean{to: to, columns: from.Dx(), rows: from.Dy(), sum: make([]uint64, 4*w), row: make([]uint64, 4*w)}
	some := image.NewRGBA(image.Rect(0, 0, from.Dx(), band))
	for y := 0; y < from.Dy(); y += band {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n := min(band, from.Dy()-y)
		draw.Draw(some, image.Rect(0, 0, from.Dx(), n), m, image.Pt(from.Min.X, from.Min.Y+y), draw.Src)
		for i := range n {
			rows.add(some.Pix[i*some.Stride:][:4*from.Dx()])
		}
	}
	return to, nil
}

// fit returns the size of a picture that is made smaller.
func fit(w, h, longest int) (int, int) {
	side := max(w, h)
	if side <= longest {
		return w, h
	}
	return max(1, (w*longest+side/2)/side), max(1, (h*longest+side/2)/side)
}

// mean adds rows up. A row of the picture is as high as the result has rows, a
// row of the result as high as the picture has rows: then all heights are whole
// numbers. Columns are counted the same way.
type mean struct {
	to            *image.RGBA
	columns, rows int // of the picture

	sum, row []uint64 // of the row of the result that is being added up; of one row of the picture
	y        int      // of the result
	filled   int      // how much of its height has been added
}

func (m *mean) add(pixels []uint8) {
	m.across(pixels)
	for left := m.to.Rect.Dy(); left > 0; {
		part := min(left, m.rows-m.filled)
		for i, v := range m.row {
			m.sum[i] += uint64(part) * v
		}
		left -= part
		if m.filled += part; m.filled == m.rows {
			m.finish()
		}
	}
}

// across adds up the columns of one row.
func (m *mean) across(pixels []uint8) {
	clear(m.row)
	width := m.to.Rect.Dx()
	x, filled := 0, 0
	for at := 0; at < len(pixels); at += 4 {
		for left := width; left > 0; {
			part := min(left, m.columns-filled)
			sum := m.row[4*x:][:4]
			for c, v := range pixels[at:][:4] {
				sum[c] += uint64(part) * uint64(v)
			}
			left -= part
			if filled += part; filled == m.columns {
				x, filled = x+1, 0
			}
		}
	}
}

// finish writes one row of the result.
func (m *mean) finish() {
	area := uint64(m.columns) * uint64(m.rows)
	pixels := m.to.Pix[m.y*m.to.Stride:]
	for i, v := range m.sum {
		pixels[i] = uint8((v + area/2) / area)
	}
	clear(m.sum)
	m.y, m.filled = m.y+1, 0
}

// turn draws the picture as its EXIF orientation says.
func turn(m *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			fromX, fromY := source(orientation, x, y, w, h)
			copy(to.Pix[to.PixOffset(x, y):][:4], m.Pix[m.PixOffset(fromX, fromY):][:4])
		}
	}
	return to
}

// source returns which pixel of a picture of w×h comes to x, y.
func source(orientation, x, y, w, h int) (fromX, fromY int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}
