package dev.keywright.ops.memory;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.keywright.ops.OpsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Real keys and values as a description: sizes become what was seen and how often. Lines of JSON
 * ({@code {"key": "u:1", "type": "hash", "value": {"name": "Ann"}, "ttl": 60}}), or key and value parted by a comma or a tab. Keys
 * are put together by type and by what stands before the first colon. Memory: counts only; the texts are not kept.
 */
public final class SampleFile {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** With more kinds than that, what stands before the colon is no kind. */
    private static final int MOST_KINDS = 40;

    private static final int LONGEST_KIND = 40;

    private final Path file;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    private long line;

    private SampleFile(Path file) {
        this.file = file;
    }

    /** Keys of one type and one beginning. */
    private static final class Kind {
        private final String type;
        private final Map<Long, Long> names = new TreeMap<>();
        private final Map<Long, Long> counts = new TreeMap<>();
        private final SeenTexts fields = new SeenTexts();
        private final SeenTexts contents = new SeenTexts();
        private final SeenTexts scores = new SeenTexts();
        private long keys;
        private long expiring;
        private long entryFields;

        Kind(String type) {
            this.type = type;
        }
    }

    /**
     * @param keys how many there will be in all; 0 for as many as in the file
     * @throws OpsException when the file cannot be read; the message names the line
     */
    public static Description read(Path file, long keys) {
        SampleFile sample = new SampleFile(file);
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                sample.line(text);
            }
        } catch (IOException e) {
            throw sample.unreadable(e);
        }
        return sample.description(keys);
    }

    private OpsException unreadable(IOException e) {
        return e instanceof MalformedInputException
                ? new OpsException(
                        file + " is not text in UTF-8 (after line " + line
                                + "). Give lines of JSON, or key and value parted by a comma or a tab.",
                        e)
                : new OpsException(file + " cannot be read (" + e + "). Give the path of a file that can.", e);
    }

    private void line(String text) {
        line++;
        if (text.isBlank()) {
            return;
        }
        if (text.startsWith("REDIS0")) {
            throw new OpsException(file + " is a dump; give it to keywright analyze, which sizes it without a sample.");
        }
        if (text.stripLeading().startsWith("{")) {
            json(text);
            return;
        }
        int cut = text.indexOf('\t') >= 0 ? text.indexOf('\t') : text.indexOf(',');
        if (cut < 1) {
            throw wrong("holds no key and value parted by a comma or a tab", "Write one pair on each line, or JSON.");
        }
        if (line == 1 && text.toLowerCase(Locale.ROOT).matches("key[,\t]value")) {
            return;
        }
        String key = text.substring(0, cut);
        kind("string", key).contents.add(unquoted(text.substring(cut + 1)));
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : text;
    }

    private OpsException wrong(String what, String remedy) {
        return new OpsException(file + ":" + line + " " + what + ". " + remedy);
    }

    private void json(String text) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JacksonException e) {
            throw wrong("is no JSON (" + e.getOriginalMessage() + ")", "Write one object on each line.");
        }
        if (!node.path("key").isTextual() || !node.has("value")) {
            throw wrong("has no key or no value", "Write {\"key\": ..., \"type\": ..., \"value\": ...}.");
        }
        JsonNode value = node.get("value");
        String type = node.path("type").asText(value.isArray() ? "list" : value.isObject() ? "hash" : "string");
        Kind kind = kind(type, node.get("key").asText());
        kind.expiring += node.path("ttl").asLong(-1) > 0 ? 1 : 0;
        switch (type) {
            case "string" -> kind.contents.add(value.isValueNode() ? value.asText() : value.toString());
            case "hash" -> hash(kind, value);
            case "list", "set" -> elements(kind, value);
            case "zset" -> scored(kind, value);
            case "stream" -> entries(kind, value);
            default -> throw wrong("has the type " + type, "Write string, hash, list, set, zset or stream.");
        }
    }

    private void hash(Kind kind, JsonNode value) {
        if (!value.isObject()) {
            throw wrong("has a hash that is no object", "Write {\"field\": \"value\", ...}.");
        }
        kind.counts.merge((long) value.size(), 1L, Long::sum);
        value.properties().forEach(field -> {
            kind.fields.add(field.getKey());
            kind.contents.add(field.getValue().asText());
        });
    }

    private void elements(Kind kind, JsonNode value) {
        if (!value.isArray()) {
            throw wrong("has a " + kind.type + " that is no array", "Write [\"a\", \"b\", ...].");
        }
        kind.counts.merge((long) value.size(), 1L, Long::sum);
        value.forEach(element -> kind.contents.add(element.asText()));
    }

    private void scored(Kind kind, JsonNode value) {
        if (!value.isObject()) {
            throw wrong("has a sorted set that is no object", "Write {\"member\": score, ...}.");
        }
        kind.counts.merge((long) value.size(), 1L, Long::sum);
        value.properties().forEach(member -> {
            kind.contents.add(member.getKey());
            kind.scores.add(member.getValue().asText().replaceFirst("\\.0$", ""));
        });
    }

    private void entries(Kind kind, JsonNode value) {
        if (!value.isArray()) {
            throw wrong(
                    "has a stream that is no array", "Write [{\"field\": \"value\"}, ...], one object for an entry.");
        }
        kind.counts.merge((long) value.size(), 1L, Long::sum);
        value.forEach(entry -> entry.properties().forEach(field -> {
            kind.entryFields++;
            kind.fields.add(field.getKey());
            kind.contents.add(field.getValue().asText());
        }));
    }

    private Kind kind(String type, String key) {
        int colon = key.indexOf(':');
        String start = colon > 0 && colon <= LONGEST_KIND ? key.substring(0, colon) : "";
        String title = start.isEmpty() ? type + "s" : start + "-" + type + "s";
        String name = kinds.containsKey(title) || kinds.size() < MOST_KINDS ? title : type + "s";
        Kind kind = kinds.computeIfAbsent(name.replaceAll("[^\\w-]", "-"), any -> new Kind(type));
        kind.keys++;
        kind.names.merge((long) key.getBytes(StandardCharsets.UTF_8).length, 1L, Long::sum);
        return kind;
    }

    private Description description(long keys) {
        if (kinds.isEmpty()) {
            throw new OpsException(
                    file + " holds no keys. Give lines of JSON, or key and value parted by a comma or a tab.");
        }
        long seen = kinds.values().stream().mapToLong(kind -> kind.keys).sum();
        double factor = keys == 0 ? 1 : (double) keys / seen;
        Description description = new Description();
        kinds.forEach((name, kind) -> {
            String from = kind.keys + " keys of " + file.getFileName();
            say(description, name, "type", kind.type, from);
            description.say(
                    name,
                    Fields.KEYS,
                    Long.toString(Math.max(1, Math.round(kind.keys * factor))),
                    keys == 0 ? Origin.SEEN : Origin.DERIVED,
                    keys == 0 ? from : "their share of " + keys);
            say(description, name, Fields.KEY, SeenTexts.counted(kind.names), from);
            say(
                    description,
                    name,
                    Fields.EXPIRING,
                    String.format(Locale.ROOT, "%.3f %%", 100.0 * kind.expiring / kind.keys),
                    from);
            contents(description, name, kind, from);
        });
        return description;
    }

    private static void contents(Description description, String name, Kind kind, String from) {
        if (kind.type.equals("string")) {
            say(description, name, "value", kind.contents.content(), from);
            return;
        }
        String count = switch (kind.type) {
            case "hash" -> "fields";
            case "list" -> "elements";
            case "stream" -> "entries";
            default -> "members";
        };
        say(description, name, count, SeenTexts.counted(kind.counts), from);
        if (kind.contents.isEmpty()) {
            return;
        }
        String content = switch (kind.type) {
            case "hash", "stream" -> "values";
            case "list" -> "element";
            default -> "member";
        };
        say(description, name, content, kind.contents.content(), from);
        if (!kind.fields.isEmpty()) {
            say(description, name, "names", kind.fields.content(), from);
        }
        if (!kind.scores.isEmpty()) {
            say(description, name, "scores", kind.scores.content(), from);
        }
        if (kind.type.equals("stream")) {
            long entries = kind.counts.entrySet().stream()
                    .mapToLong(entry -> entry.getKey() * entry.getValue())
                    .sum();
            say(
                    description,
                    name,
                    "fields",
                    Long.toString(Math.max(1, Math.round((double) kind.entryFields / Math.max(1, entries)))),
                    from);
        }
    }

    private static void say(Description description, String part, String field, String text, String from) {
        description.say(part, field, text, Origin.SEEN, from);
    }
}
