package dev.keywright.ops.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A report in SARIF 2.1.0, the form in which code hosts show findings beside the lines. */
public final class Sarif {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Sarif() {}

    /** Many lines, the last one ended. */
    public static String text(LintReport report) {
        ObjectNode root = JSON.createObjectNode();
        root.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        root.put("version", "2.1.0");
        ObjectNode run = root.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver");
        driver.put("name", "keywright lint");
        Map<String, Integer> index = rules(driver.putArray("rules"));
        run.put("columnKind", "utf16CodeUnits");
        ArrayNode results = run.putArray("results");
        report.findings().forEach(finding -> result(results.addObject(), finding, index));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JacksonException e) {
            throw new IllegalStateException("the report cannot be written as SARIF", e);
        }
    }

    private static Map<String, Integer> rules(ArrayNode into) {
        Map<String, Integer> index = new HashMap<>();
        List<Linter.Described> rules = Linter.rules();
        for (Linter.Described rule : rules) {
            index.put(rule.id(), index.size());
            ObjectNode node = into.addObject();
            node.put("id", rule.id());
            node.putObject("shortDescription").put("text", capital(rule.finds()) + ".");
            node.putObject("fullDescription").put("text", rule.why());
            node.putObject("defaultConfiguration").put("level", level(rule.severity()));
        }
        return index;
    }

    private static void result(ObjectNode node, Finding finding, Map<String, Integer> index) {
        node.put("ruleId", finding.id());
        node.put("ruleIndex", index.getOrDefault(finding.id(), -1));
        node.put("level", level(finding.severity()));
        node.putObject("message").put("text", finding.what() + " " + finding.why() + " Fix: " + finding.fix());
        ObjectNode location = node.putArray("locations").addObject();
        boolean server = finding.place().source().matches(".*:\\d+|[a-z-]+://.*|" + LintReport.DEPLOYMENT)
                && finding.place().line().isEmpty();
        if (server) {
            location.putArray("logicalLocations")
                    .addObject()
                    .put("fullyQualifiedName", finding.place().source())
                    .put("kind", "resource");
            return;
        }
        ObjectNode physical = location.putObject("physicalLocation");
        physical.putObject("artifactLocation").put("uri", uri(finding.place().source()));
        physical.putObject("region").put("startLine", finding.place().line().orElse(1));
    }

    private static String uri(String path) {
        try {
            return path.startsWith("/")
                    ? new URI("file", "", path, null).toASCIIString()
                    : new URI(null, null, path, null).toASCIIString();
        } catch (URISyntaxException e) {
            return "conf";
        }
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case INFO -> "note";
            case WARNING -> "warning";
            case ERROR -> "error";
        };
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
