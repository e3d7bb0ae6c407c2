package dev.keywright.expert.artifact;

import java.util.function.UnaryOperator;

/**
 * Text with placeholders such as <code>${ttl 0}</code>. Strict: whoever gives the values refuses a placeholder it does not know.
 * A line that holds nothing but placeholders that turn out empty is left out.
 *
 * @param name where it is from, for messages
 */
record Template(String name, String text) {

    private static final String OPEN = "${";

    /** @param values turns what stands between the braces into text, or throws IllegalArgumentException */
    String render(UnaryOperator<String> values) {
        StringBuilder out = new StringBuilder(text.length() + 256);
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            int before = out.length();
            boolean other = renderLine(line, number, values, out);
            if (other || out.length() > before || line.isEmpty()) {
                out.append('\n');
            }
        }
        out.setLength(out.length() - 1);
        return out.toString();
    }

    /** Tells whether the line holds anything beside placeholders. */
    private boolean renderLine(String line, int number, UnaryOperator<String> values, StringBuilder out) {
        int at = 0;
        boolean other = false;
        for (int open = line.indexOf(OPEN); open >= 0; open = line.indexOf(OPEN, at)) {
            int close = line.indexOf('}', open);
            if (close < 0) {
                throw wrong(number, "a placeholder is not closed");
            }
            other |= open > at;
            out.append(line, at, open);
            try {
                out.append(values.apply(line.substring(open + OPEN.length(), close)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(name + ", line " + number + ": " + e.getMessage(), e);
            }
            at = close + 1;
        }
        out.append(line, at, line.length());
        return other || at < line.length();
    }

    private IllegalArgumentException wrong(int line, String what) {
        return new IllegalArgumentException(name + ", line " + line + ": " + what);
    }
}
