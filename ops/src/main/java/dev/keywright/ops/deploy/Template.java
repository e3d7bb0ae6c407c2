package dev.keywright.ops.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text beside this class with places to fill. {@code {{name}}} is a value; one of several lines keeps the indentation of its
 * place, one that is empty and alone on its line takes the line away. Lines between {@code {{#flag}}} and {@code {{/flag}}} stay
 * when the flag is set, between {@code {{^flag}}} and {@code {{/flag}}} when it is not.
 */
final class Template {

    private static final Pattern PLACE = Pattern.compile("(?m)^([ \\t]*)\\{\\{([a-z-]+)}}[ \\t]*\\n|\\{\\{([a-z-]+)}}");
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^[ \\t]*\\{\\{([#^])([a-z-]+)}}[ \\t]*\\n(.*?)^[ \\t]*\\{\\{/\\2}}[ \\t]*\\n");

    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    private Template() {}

    static String fill(String name, Map<String, String> values, Set<String> flags) {
        String text = read(name);
        for (Matcher block = BLOCK.matcher(text); block.find(); block = BLOCK.matcher(text)) {
            boolean stays = flags.contains(block.group(2)) == block.group(1).equals("#");
            text = text.substring(0, block.start()) + (stays ? block.group(3) : "") + text.substring(block.end());
        }
        return PLACE.matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(
                        place.group(2) == null
                                ? value(name, values, place.group(3))
                                : indented(value(name, values, place.group(2)), place.group(1))));
    }

    private static String value(String template, Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException(template + " asks for " + name + ", which nobody gives");
        }
        return value;
    }

    private static String indented(String value, String indent) {
        StringBuilder lines = new StringBuilder();
        value.lines()
                .forEach(line ->
                        lines.append(line.isEmpty() ? "" : indent).append(line).append('\n'));
        return lines.toString();
    }

    static String read(String name) {
        return TEXTS.computeIfAbsent(name, Template::load);
    }

    private static String load(String name) {
        try (InputStream in = Template.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing beside " + Template.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
