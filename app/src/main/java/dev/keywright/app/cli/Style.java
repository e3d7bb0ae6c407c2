package dev.keywright.app.cli;

/** Colours on a terminal; none elsewhere and none under {@code NO_COLOR}. */
enum Style {
    PLAIN,
    COLOUR;

    static Style ofTerminal() {
        boolean terminal = System.console() != null;
        String noColor = System.getenv("NO_COLOR");
        String term = System.getenv("TERM");
        boolean wanted = (noColor == null || noColor.isEmpty()) && !"dumb".equals(term);
        return terminal && wanted ? COLOUR : PLAIN;
    }

    String bold(String text) {
        return paint("1", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String red(String text) {
        return paint("31", text);
    }

    private String paint(String code, String text) {
        return this == COLOUR ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
