// SPDX-License-Identifier: Apache-2.0

// Package i18n turns message keys, numbers, amounts of money and times into
// text in the reader's language: Simplified Chinese, Traditional Chinese or
// English. Traditional Chinese is made from the Simplified texts by the table of
// package han and the words of locales/zh-Hant/overrides.json, when a reader
// first asks for it.
//
// A Bundle is loaded once from the files of the locales package. For picks the
// Localizer of a reader from language tags (the query, a cookie, the
// Accept-Language header). A Localizer is immutable and may be shared.
//
// A plain message costs one map lookup; a message with arguments runs a
// template that was parsed on first use. A key that is in no file comes back
// as the key itself, so that a gap is seen and never hides a page.
package i18n
