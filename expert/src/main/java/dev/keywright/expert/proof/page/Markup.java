package dev.keywright.expert.proof.page;

import java.util.Locale;

/** Writes elements; every text and attribute value is escaped, so that whatever a task says stays text. One thread. */
final class Markup {

    private final StringBuilder out = new StringBuilder();

    /** A start tag; attributes as name, value, name, value. */
    Markup open(String element, String... attributes) {
        tag(element, attributes);
        out.append('>');
        return this;
    }

    Markup close(String element) {
        out.append("</").append(element).append('>');
        return this;
    }

    /** An element without content. */
    Markup empty(String element, String... attributes) {
        tag(element, attributes);
        out.append("/>");
        return this;
    }

    /** An element that holds a text. */
    Markup leaf(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close(element);
    }

    Markup text(String text) {
        out.append(escaped(text));
        return this;
    }

    /** What was written by another one of these. */
    Markup add(Markup other) {
        out.append(other.out);
        return this;
    }

    Markup line() {
        out.append('\n');
        return this;
    }

    private void tag(String element, String... attributes) {
        out.append('<').append(element);
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            out.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(escaped(attributes[i + 1]))
                    .append('"');
        }
    }

    /** What neither HTML nor XML takes as anything but text; characters XML forbids become blanks. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(allowed(c) ? c : ' ');
            }
        });
        return escaped.toString();
    }

    private static boolean allowed(int c) {
        return c == '\n'
                || c == '\t'
                || c >= 0x20 && c != 0x7f && (c < 0xd800 || c > 0xdfff) && c < 0xfffe
                || c >= 0x10000;
    }

    /** A coordinate, to a tenth. */
    static String place(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
