package dev.keywright.app.cli;

/** Colours on a terminal; none elsewhere and none under {@code NO_COLOR}. */
enum Style {
    PLAIN,
    COLOUR;

    /** What the environment asks for, given whether the output is a terminal. */
    static Style of(boolean terminal) {
        String noColor = System.getenv("NO_COLOR");
        boolean refused = noColor != null && !noColor.isEmpty() || "dumb".equals(System.getenv("TERM"));
        return terminal && !refused ? COLOUR : PLAIN;
    }

    String bold(String text) {
        return paint("1", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String red(String text) {
        return paint("1;31", text);
    }

    String code(String text) {
        return paint("36", text);
    }

    private String paint(String code, String text) {
        return this == COLOUR && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
