// SPDX-License-Identifier: Apache-2.0

package picture

import (
	"image"
	"image/color"
	"testing"

	"pgregory.net/rapid"
)

// TestSmallerPicturesAreMeans compares with the mean over the exact area, taken in
// floating point pixel by pixel.
func TestSmallerPicturesAreMeans(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 60).Draw(t, "w"), rapid.IntRange(1, 60).Draw(t, "h")
		m := image.NewRGBA(image.Rect(0, 0, w, h))
		for i := range m.Pix {
			m.Pix[i] = rapid.Uint8().Draw(t, "v")
		}
		longest := rapid.IntRange(1, 60).Draw(t, "longest")
		got, err := shrink(t.Context(), m, longest)
		if err != nil {
			t.Fatal(err)
		}
		toW, toH := fit(w, h, longest)
		if got.Rect != image.Rect(0, 0, toW, toH) || max(toW, toH) > max(1, longest) {
			t.Fatalf("%v from %d×%d at most %d", got.Rect, w, h, longest)
		}
		for y := range toH {
			for x := range toW {
				for c := range 4 {
					want := area(m, c, [4]float64{scaled(x, w, toW), scaled(y, h, toH), scaled(x+1, w, toW), scaled(y+1, h, toH)})
					if v := float64(got.Pix[got.PixOffset(x, y)+c]); v < want-0.51 || v > want+0.51 {
						t.Fatalf("%d,%d,%d: %v, want %v", x, y, c, v, want)
					}
				}
			}
		}
	})
}

func scaled(x, from, to int) float64 { return float64(x) * float64(from) / float64(to) }

// area is the mean of channel c over a rectangle: left, top, right, bottom.
func area(m *image.RGBA, c int, r [4]float64) float64 {
	sum, whole := 0.0, 0.0
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			part := max(0, min(r[2], float64(x+1))-max(r[0], float64(x))) * max(0, min(r[3], float64(y+1))-max(r[1], float64(y)))
			sum += part * float64(m.Pix[m.PixOffset(x, y)+c])
			whole += part
		}
	}
	return sum / whole
}

// TestPlainHoldsTheSamePicture: fewer bytes, not other pixels.
func TestPlainHoldsTheSamePicture(t *testing.T) {
	t.Parallel()
	many := image.NewRGBA(image.Rect(0, 0, 32, 32))
	for i := range 32 * 32 {
		many.SetRGBA(i%32, i/32, color.RGBA{uint8(i), uint8(i >> 2), 7, 255})
	}
	greys := image.NewRGBA(image.Rect(0, 0, 9, 9))
	for i := range greys.Pix {
		greys.Pix[i] = uint8(i / 4)
		if i%4 == 3 {
			greys.Pix[i] = 255
		}
	}
	for name, m := range map[string]*image.RGBA{"few colours": photo(9, 9), "many colours": many, "greys": greys, "nothing": image.NewRGBA(image.Rect(0, 0, 3, 3))} {
		p := plain(m)
		for i := range m.Rect.Dx() * m.Rect.Dy() {
			x, y := i%m.Rect.Dx(), i/m.Rect.Dx()
			if color.RGBAModel.Convert(p.At(x, y)) != m.At(x, y) {
				t.Fatalf("%s: %v at %d,%d, want %v", name, p.At(x, y), x, y, m.At(x, y))
			}
		}
	}
}
