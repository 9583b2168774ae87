// SPDX-License-Identifier: Apache-2.0

// Package picture takes pictures and documents from strangers and returns only
// what may be kept: pixels that were drawn anew, or a PDF that is whole.
//
// # What it must do for its user
//
// Somebody photographs a waybill with a phone and sends it. It is shown upright,
// small enough for a slow line, and does not tell where the photographer stood:
// nothing of the file survives except its pixels. When the file cannot be taken,
// the message says what to do instead (a HEIC: save it as JPEG).
//
// # How
//
//   - The content says what a file is: JPEG, PNG, WebP or PDF. A name or media type
//     that says otherwise is refused: somebody is mistaken, or wants us to be.
//   - The bounds (MaxPixels, MaxSide) are read from the header before a pixel is
//     decoded, so that a small file cannot claim a large memory.
//   - A picture is decoded, turned as its EXIF orientation says, made smaller to
//     MaxKept pixels a side and encoded again. Location, camera, names, comments
//     and whatever else stood in the file are gone, colour profiles too.
//   - It becomes a JPEG; it stays a PNG where a JPEG would hurt: with
//     transparency, or when the file was made of greys or of a palette (scans, line
//     drawings: small print gets smeared by JPEG).
//   - A PDF is kept as it is, and never shown inside a page. What is written into
//     it, its author too, stays in it.
//
// The same file always gives the same result.
//
// # Memory
//
// At most two pictures are decoded at once, and a large one alone; the others
// wait until their context ends.
//
// # What it refuses
//
// SVG, HTML, HEIC, AVIF, GIF, TIFF, BMP, office files, videos, archives and anything
// unknown; moving pictures; more than MaxSize bytes, MaxPixels pixels or MaxSide
// pixels on a side; JPEGs of more scans than any program writes; files that are cut
// off or damaged.
package picture
