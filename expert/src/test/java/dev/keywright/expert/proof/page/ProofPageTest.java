package dev.keywright.expert.proof.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.proof.Report;
import dev.keywright.expert.proof.Report.Outcome;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ProofPageTest {

    private static final String HOSTILE = "</title><script>alert('x')</script> & \"quotes\" \u0000 \ud83d\ude00";

    @Test
    void isOneWellFormedPageThatNeedsNothingElse() throws Exception {
        String text = ProofPage.of(report("sessions for 20000 users", 12));
        Document page = parsed(text);

        assertThat(text).startsWith("<!DOCTYPE html>");
        assertThat(text).doesNotContain("<script", "<link", "<img", "url(", "src=", "@import");
        assertThat(text).contains("prefers-color-scheme: dark");
        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(4);
        for (Element svg : elements(page, "svg")) {
            assertThat(svg.getAttribute("role")).isEqualTo("img");
            assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                    .isNotBlank();
            assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
                    .isNotBlank();
        }
    }

    @Test
    void marksEveryFaultAndShowsEveryVerdictAndSecond() throws Exception {
        Document page = parsed(ProofPage.of(report("sessions", 12)));

        assertThat(elements(page, "rect").stream()
                        .filter(one -> one.getAttribute("class").equals("band")))
                .as("two charts over time, two faults")
                .hasSize(4);
        assertThat(elements(page, "tr").stream()
                        .filter(one -> one.getAttribute("class").equals("not_held")))
                .singleElement()
                .satisfies(row -> assertThat(row.getTextContent()).contains("not held", "The data takes 1 B"));
        String text = page.getDocumentElement().getTextContent();
        assertThat(text).contains("1 held", "1 not held", "1 not tested");
    }

    @Test
    void takesTheWordsOfATaskForNothingButText() throws Exception {
        String text = ProofPage.of(report(HOSTILE, 3));

        assertThat(text).doesNotContain("<script>");
        assertThat(parsed(text).getElementsByTagName("h1").item(0).getTextContent())
                .contains("<script>alert('x')</script> & \"quotes\"", "\ud83d\ude00");
    }

    @Test
    void drawsARunOfWhichNothingWasAnswered() throws Exception {
        Document page = parsed(ProofPage.of(report("silence", 0)));

        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(4);
    }

    @Test
    void showsADesignForWhichNothingIsDriven() throws Exception {
        Report bare = new Report(
                Report.SCHEMA,
                "monitoring",
                "2026-01-21T10:00:00Z",
                setting(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of("Nothing is known to load."));

        assertThat(parsed(ProofPage.of(bare)).getElementsByTagName("svg").getLength())
                .isZero();
    }

    private static Report.Setting setting() {
        return new Report.Setting(
                "redis 7.0.15 libc", "standalone", 1, "none", 2, Map.of("maxmemory-policy", "noeviction"));
    }

    /** @param seconds of which something was answered */
    static Report report(String task, int seconds) {
        List<Report.Second> all = IntStream.range(0, 14)
                .mapToObj(i -> i < seconds
                        ? new Report.Second(i, 500, i == 6 ? 40 : 0, 0.3, 0.6, 2 + i, 9, i == 6 ? 2_000 : 12)
                        : new Report.Second(i, 500, 500, 0, 0, 0, 0, 0))
                .toList();
        return new Report(
                Report.SCHEMA,
                task,
                "2026-01-21T10:00:00Z",
                setting(),
                List.of(new Report.Sample("session-store", "hash", List.of("GET a:{i}"), 100, 10, "the largest")),
                Optional.of(new Report.Load(Optional.of(500.0), 500, 499.9, "the stated rate")),
                Optional.of(new Report.Latency(6, 3_000, 0, 0.3, 0.6, 3, 9, 12)),
                Optional.of(new Report.Memory(1_000_000, 1, 1, 1_050_000, 100_000, 10, 10, "a sample")),
                List.of(fault("freeze", 6, 8.5), fault("restart", 9, 10.2)),
                all,
                List.of(
                        new Report.Percentile(0, seconds == 0 ? 0 : 0.1),
                        new Report.Percentile(50, seconds == 0 ? 0 : 0.3),
                        new Report.Percentile(99.9, seconds == 0 ? 0 : 9),
                        new Report.Percentile(100, seconds == 0 ? 0 : 12)),
                List.of(
                        new Report.Verdict("It goes on", Outcome.HELD, "0 lost"),
                        new Report.Verdict("The data takes 1 B", Outcome.NOT_HELD, "1.05 MB"),
                        new Report.Verdict("It carries 5M/s", Outcome.NOT_TESTED, "this machine is too small")),
                List.of());
    }

    private static Report.Fault fault(String kind, double from, double to) {
        return new Report.Fault(kind, "SIGSTOP", from, to, 2, 40, 2_000, 900, 0, 0, 0, 0, 0, true, "");
    }

    private static Document parsed(String page) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        return builder.parse(new InputSource(new StringReader(page)));
    }

    private static List<Element> elements(Document page, String name) {
        NodeList nodes = page.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
