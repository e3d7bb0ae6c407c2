package dev.keywright.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.watch.View;
import dev.keywright.ops.watch.View.CommandLine;
import dev.keywright.ops.watch.View.LogLine;
import dev.keywright.ops.watch.View.NodeLine;
import dev.keywright.ops.watch.View.Total;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchPageTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static NodeLine node(int number, Optional<String> trouble) {
        return new NodeLine(
                "10.20.30." + number + ":6379",
                "0",
                number % 2 == 0 ? "replica" : "master",
                trouble,
                Optional.of(123_456.7),
                0.123,
                1234.5,
                123_456_789_012L,
                130_000_000_000L,
                Optional.of(1.34),
                Optional.of(0.987),
                Optional.of(98_765.4),
                Optional.of(12_345.6),
                12_345,
                12,
                Optional.of(1e9),
                Optional.of(2e9),
                Optional.of(1.5),
                Optional.of(0.0),
                number % 2 == 0 ? Optional.of(123_456_789L) : Optional.empty(),
                number % 2 == 0 ? Optional.of(number % 4 == 0) : Optional.empty(),
                1_234_567_890);
    }

    private static View view(int nodes, boolean logs) {
        List<NodeLine> lines = new ArrayList<>();
        for (int i = 1; i <= nodes; i++) {
            lines.add(node(i, i == nodes ? Optional.of("does not answer") : Optional.empty()));
        }
        List<CommandLine> commands = new ArrayList<>();
        List<LogLine> log = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            commands.add(new CommandLine("command with a very long name " + i, 123_456.7, 1234.5, Optional.of(12.3)));
            log.add(new LogLine("10.20.30.40:6379", NOON, 1_234_567, "ZRANGE \u001b[31m" + "k".repeat(60), i < 2));
        }
        return new View(
                "redis-cluster://10.20.30.1:6379,10.20.30.2:6379,10.20.30.3:6379",
                "cluster",
                NOON,
                new Total(
                        nodes,
                        1,
                        1_234_567,
                        Optional.of(0.987),
                        98_765,
                        12_345,
                        123_456_789_012L,
                        1_234_567_890,
                        12_345,
                        12,
                        1e9,
                        2e9,
                        1.5,
                        0,
                        1234.5,
                        Optional.of(123_456_789L)),
                lines,
                commands,
                logs ? log : List.of(),
                logs ? log : List.of());
    }

    @ParameterizedTest
    @CsvSource({"1,80,23", "6,80,23", "40,80,23", "6,60,23", "6,100,50", "40,100,23", "3,80,10"})
    void fitsTheScreen(int nodes, int width, int height) {
        for (boolean logs : List.of(true, false)) {
            List<String> page = WatchPage.lines(view(nodes, logs), width, height, Style.PLAIN, ZoneOffset.UTC);
            assertThat(page).hasSizeLessThanOrEqualTo(height);
            assertThat(page)
                    .allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(width));
            assertThat(page).noneMatch(line -> line.contains("\u001b"));
            assertThat(String.join("\n", page)).contains("does not answer", "ops/s", "12:00:00");
        }
    }

    @Test
    void aUsualScreenShowsServersCommandsAndLogs() {
        List<String> page = WatchPage.lines(view(6, true), 80, 23, Style.PLAIN, ZoneOffset.UTC);
        assertThat(String.join("\n", page))
                .contains("cluster, 6 servers, 1 down", "busiest commands", "slow log (* new)", "big replies (* new)")
                .contains("hit 99%", "cut off", "* 12:00:00  10.20.30.40:6379        1235 ms  ZRANGE");
        assertThat(page).filteredOn(line -> line.startsWith("10.20.30.")).hasSize(6);
    }

    @Test
    void aWideScreenShowsMoreAndAColouredOneMarksWhatIsBad() {
        List<String> wide = WatchPage.lines(view(6, false), 100, 30, Style.PLAIN, ZoneOffset.UTC);
        assertThat(wide.get(4)).contains("frag", "expire", "evict", "lag");
        List<String> coloured = WatchPage.lines(view(6, false), 80, 30, Style.COLOUR, ZoneOffset.UTC);
        assertThat(coloured).anyMatch(line -> line.contains(Style.COLOUR.red(" 95%")));
        assertThat(coloured).anyMatch(line -> line.startsWith(Style.COLOUR.red("10.20.30.6:6379 R does not answer")));
    }

    @Test
    void theLineForAFileSaysTheSame() {
        assertThat(WatchPage.line(view(6, true)))
                .startsWith("2026-01-01T12:00:00Z, 6 servers (1 down), 1.2M ops/s, ping p99 1235 ms")
                .endsWith("lag 118 MB, 2 slow");
    }

    @Test
    void theScreenIsGivenBackOnce() {
        StringWriter out = new StringWriter();
        WholeScreen screen = WholeScreen.take(new PrintWriter(out));
        screen.show(List.of("one", "two"));
        screen.close();
        screen.close();
        screen.show(List.of("late"));
        assertThat(out.toString())
                .isEqualTo(
                        "\u001b[?1049h\u001b[?25l\u001b[Hone\u001b[K\r\ntwo\u001b[K\u001b[J\u001b[?25h\u001b[?1049l");
    }
}
