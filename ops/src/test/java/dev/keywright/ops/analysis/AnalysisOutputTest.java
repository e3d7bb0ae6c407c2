package dev.keywright.ops.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.Document;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnalysisOutputTest {

    private static final AnalysisReport REPORT = HostilePage.report();

    @Test
    void namesInThePageStayText() {
        String page = AnalysisPage.html(REPORT);
        String json = page.substring(page.indexOf("id=\"report\">"));
        json = json.substring(json.indexOf('>') + 1, json.indexOf("</script>"));
        assertThat(json).doesNotContain("<", ">", "&", "\u2028", "\u2029", "\u0000", "\u001b", "\u202e");
        assertThat(Document.parse(json, AnalysisReport.class, "page")).isEqualTo(REPORT);
        assertThat(page.split("<script", -1)).hasSize(3);
        assertThat(page).doesNotContain("<img").doesNotContainPattern("(src|href)=\"?http");
    }

    @Test
    void documentsReadBackWhole() {
        assertThat(Document.parse(Document.text(REPORT), AnalysisReport.class, "report"))
                .isEqualTo(REPORT);
    }

    @Test
    void cellsOfTablesAreNoFormulas() {
        List<String> lines = AnalysisTables.keys(REPORT).lines().toList();
        assertThat(lines).anyMatch(line -> line.contains("\"'=HYPERLINK(\"\"http://example.com\"\")"));
        assertThat(lines).noneMatch(line -> line.matches("bytes,\\d+,[=+@-].*"));
        assertThat(AnalysisTables.patterns(REPORT).lines().toList())
                .hasSize(REPORT.patterns().size() + 1)
                .allMatch(line -> !line.isEmpty());
    }
}
