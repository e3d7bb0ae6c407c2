package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkdownTest {

    @Test
    void paragraphsAreWrappedAndMarksVanish() {
        assertThat(Markdown.lines(
                        "Use **one** hash tag,\nas in `{user:17}:cart`, *always*: 2 * 3 * 4.", 30, Style.PLAIN))
                .containsExactly("Use one hash tag, as in", "{user:17}:cart, always: 2 * 3", "* 4.");
    }

    @Test
    void coloursStandForTheMarks() {
        assertThat(Markdown.lines("**Mind:** `GET a`", 80, Style.COLOUR))
                .containsExactly("\u001b[1mMind:\u001b[0m \u001b[36mGET a\u001b[0m");
    }

    @Test
    void commandsStayWholeAndFencesVanish() {
        assertThat(Markdown.lines(
                        "1. First\n   ```\n   redis-cli --rdb a-very-long-file-name.rdb -h host\n   ```\n   look here",
                        20,
                        Style.PLAIN))
                .containsExactly(
                        "1. First", "       redis-cli --rdb a-very-long-file-name.rdb -h host", "   look here");
    }

    @Test
    void listsHang() {
        assertThat(Markdown.lines("- one two three four\n- five", 12, Style.PLAIN))
                .containsExactly("· one two", "  three four", "· five");
    }

    @Test
    void tablesStandInColumns() {
        assertThat(Markdown.lines(
                        "| key | type |\n| --- | --- |\n| `rl:{user}` | string |\n| a | hash |", 60, Style.PLAIN))
                .containsExactly("key        type", "rl:{user}  string", "a          hash");
    }

    @Test
    void nothingCanSteerTheTerminal() {
        assertThat(Markdown.lines("a\u001b]0;title\u0007b \u009b31m\ue000x", 80, Style.PLAIN))
                .containsExactly("a ]0;title b 31m x");
    }
}
