package dev.keywright.ops.analysis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.Document;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A report as one page that needs nothing but a browser: no network, no other files. The report stands in it as JSON in which every
 * sign that HTML or a script could take for its own is escaped; the page's script only ever sets text.
 */
public final class AnalysisPage {

    private static final String PLACE = "@REPORT@";

    private AnalysisPage() {}

    public static String html(AnalysisReport report) {
        String json = Document.text(report)
                .replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
        return template().replace(PLACE, json);
    }

    private static String template() {
        try (InputStream in = AnalysisPage.class.getResourceAsStream("report.html")) {
            if (in == null) {
                throw new IllegalStateException("report.html is not beside " + AnalysisPage.class);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("report.html could not be read", e);
        }
    }
}
