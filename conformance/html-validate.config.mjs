// SPDX-License-Identifier: Apache-2.0

// What html-validate asks of every page. A rule that is softened says why.
export default {
  root: true,
  extends: ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
  rules: {
    // Styles and scripts come from the same server, under an address that holds
    // their hash; another origin would need an integrity attribute.
    "require-sri": ["error", { target: "crossorigin" }],
    // On a phone, tables are laid out as blocks, and browsers then forget that
    // they are tables: the roles are written out for that.
    "no-redundant-role": "off",
    // A frame that scrolls sideways is a region or a group, and no section or set
    // of fields.
    "prefer-native-element": ["error", { exclude: ["region", "group"] }],
    // A list may have a name (WAI-ARIA 1.2, 5.2.8.6).
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
  },
};
