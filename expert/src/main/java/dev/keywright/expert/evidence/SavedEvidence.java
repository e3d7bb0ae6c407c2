package dev.keywright.expert.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Evidence as a YAML text that people can read and that leads to the same choice again: every figure comes back exactly. */
public final class SavedEvidence {

    private SavedEvidence() {}

    public static String write(Evidence evidence) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("server", evidence.server());
        root.put("callers", evidence.callers());
        root.put(
                "measurements",
                evidence.measurements().stream().map(SavedEvidence::fields).toList());
        root.put("notes", evidence.notes());
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setWidth(120)
                .build();
        return new Dump(settings).dumpToString(root);
    }

    private static Map<String, Object> fields(Measurement m) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pattern", m.pattern());
        fields.put("structure", m.structure());
        fields.put("candidate", m.candidate());
        fields.put("items", m.items());
        fields.put("bytes-per-item", m.bytesPerItem());
        fields.put("model-bytes-per-item", m.modelBytesPerItem());
        fields.put("encoding", m.encoding());
        fields.put("ops-per-second", m.opsPerSecond());
        fields.put("p50-ms", m.p50Millis());
        fields.put("p99-ms", m.p99Millis());
        return fields;
    }

    /** @throws IllegalArgumentException when the text is no saved evidence; says which field is wrong */
    public static Evidence read(String text) {
        Object root = new Load(LoadSettings.builder().setLabel("saved evidence").build()).loadFromString(text);
        Map<?, ?> fields = mapping(root);
        List<Measurement> measurements = new ArrayList<>();
        for (Object one : list(fields, "measurements")) {
            measurements.add(measurement(mapping(one)));
        }
        List<String> notes = list(fields, "notes").stream().map(String::valueOf).toList();
        return new Evidence(text(fields, "server"), (int) number(fields, "callers"), List.copyOf(measurements), notes);
    }

    private static Measurement measurement(Map<?, ?> fields) {
        return new Measurement(
                text(fields, "pattern"),
                text(fields, "structure"),
                text(fields, "candidate"),
                (long) number(fields, "items"),
                number(fields, "bytes-per-item"),
                number(fields, "model-bytes-per-item"),
                text(fields, "encoding"),
                number(fields, "ops-per-second"),
                number(fields, "p50-ms"),
                number(fields, "p99-ms"));
    }

    private static Map<?, ?> mapping(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException("Saved evidence is a mapping of fields; this is " + value);
    }

    private static String text(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a text", fields);
    }

    private static double number(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw wrong(name, "a number", fields);
    }

    private static List<?> list(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof List<?> list) {
            return list;
        }
        throw wrong(name, "a list", fields);
    }

    private static IllegalArgumentException wrong(String name, String wanted, Map<?, ?> fields) {
        return new IllegalArgumentException(
                "Saved evidence: " + name + " is not " + wanted + " but " + fields.get(name));
    }
}
