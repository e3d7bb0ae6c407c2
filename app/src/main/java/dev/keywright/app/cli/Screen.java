package dev.keywright.app.cli;

/**
 * Where the output goes. The launcher looks, because a shell can: whether standard output is a terminal and how wide,
 * and whether standard error is one. Without the launcher there is no terminal.
 *
 * @param terminal standard output is a terminal
 * @param width columns to write in
 * @param progress standard error is a terminal
 */
record Screen(boolean terminal, int width, boolean progress) {

    static final int NARROWEST = 60;
    static final int WIDEST = 100;

    static Screen detected() {
        Integer columns = Integer.getInteger("keywright.columns");
        boolean terminal = columns != null;
        int width = columns == null || columns <= 0 ? WIDEST : Math.max(NARROWEST, Math.min(WIDEST, columns));
        return new Screen(terminal, width, Boolean.getBoolean("keywright.progress"));
    }

    Style style() {
        return Style.of(terminal);
    }
}
