package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalSizeTest {

    private static final TerminalSize KNOWN = new TerminalSize(80, 24);

    @Test
    void readsWhatSttySaysAndElseKeepsWhatIsKnown() {
        assertThat(KNOWN.or("50 132\n")).isEqualTo(new TerminalSize(132, 50));
        assertThat(KNOWN.or("0 0\n")).isEqualTo(KNOWN);
        assertThat(KNOWN.or("")).isEqualTo(KNOWN);
        assertThat(KNOWN.or("stty: standard input is no terminal")).isEqualTo(KNOWN);
    }

    @Test
    void tellsASizeAlsoWithoutATerminal() {
        assertThat(KNOWN.now().lines()).isPositive();
    }
}
