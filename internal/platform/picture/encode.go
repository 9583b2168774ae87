// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

const (
	quality          = 88 // of a JPEG that is kept: small print on a photographed waybill stays legible
	thumbnailQuality = 80
)

// encode writes the picture as JPEG, or as PNG where that is meant to stay and is
// not too large.
func encode(m *image.RGBA, lossless bool) (Type, []byte, error) {
	var out bytes.Buffer
	if lossless {
		if err := png.Encode(&out, plain(m)); err != nil {
			return "", nil, err
		}
		if out.Len() <= MaxSize {
			return PNG, out.Bytes(), nil
		}
		out = bytes.Buffer{}
	}
	err := writeJPEG(&out, m, quality)
	return JPEG, out.Bytes(), err
}

// writeJPEG writes the picture on white: a JPEG has no transparency.
func writeJPEG(out *bytes.Buffer, m *image.RGBA, quality int) error {
	if !m.Opaque() {
		white := image.NewRGBA(m.Rect)
		for i := 0; i < len(m.Pix); i += 4 {
			rest := 255 - m.Pix[i+3]
			white.Pix[i], white.Pix[i+1], white.Pix[i+2], white.Pix[i+3] = m.Pix[i]+rest, m.Pix[i+1]+rest, m.Pix[i+2]+rest, 255
		}
		m = white
	}
	options := &jpeg.Options{Quality: quality}
	if grey := greyOf(m); grey != nil {
		return jpeg.Encode(out, grey, options)
	}
	return jpeg.Encode(out, m, options)
}

// plain returns the smallest form that holds the same picture: greys, at most 256
// colours, or all of them.
func plain(m *image.RGBA) image.Image {
	if grey := greyOf(m); grey != nil {
		return grey
	}
	const most = 256
	index := map[color.RGBA]uint8{}
	to := image.NewPaletted(m.Rect, nil)
	for i := 0; i < len(m.Pix); i += 4 {
		c := color.RGBA{m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3]}
		n, known := index[c]
		if !known {
			if len(index) == most {
				return m
			}
			n = uint8(len(index))
			index[c] = n
			to.Palette = append(to.Palette, c)
		}
		to.Pix[i/4] = n
	}
	return to
}

// greyOf returns the picture without colour, or nil when it has one or lets
// something shine through.
func greyOf(m *image.RGBA) *image.Gray {
	to := image.NewGray(m.Rect)
	for i := 0; i < len(m.Pix); i += 4 {
		if m.Pix[i] != m.Pix[i+1] || m.Pix[i] != m.Pix[i+2] || m.Pix[i+3] != 255 {
			return nil
		}
		to.Pix[i/4] = m.Pix[i]
	}
	return to
}

// drawn reports whether a file was made of greys or a palette, as scanners and
// drawing programs make them.
func drawn(model color.Model) bool {
	_, palette := model.(color.Palette)
	return palette || model == color.GrayModel || model == color.Gray16Model
}
