package dev.keywright.ops.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A strict schema for YAML, written as YAML: an object lists the keys it may have, {@code key!} is required, {@code "*"} is any
 * key; a list of one is a list of such things; a text names a type, or is a pattern in slashes, or a word after {@code =}.
 */
final class Shape {

    private final Map<?, ?> types;

    private Shape(Map<?, ?> types) {
        this.types = types;
    }

    static Shape read(String resource) {
        return new Shape((Map<?, ?>) parse(Template.read(resource)).get(0));
    }

    static List<Object> parse(String yaml) {
        List<Object> documents = new ArrayList<>();
        LoadSettings strict =
                LoadSettings.builder().setAllowDuplicateKeys(false).build();
        new Load(strict).loadAllFromString(yaml).forEach(documents::add);
        return documents;
    }

    /** What of the value is not of the type, each with its place; none when all is well. */
    List<String> complaints(String type, Object value) {
        List<String> complaints = new ArrayList<>();
        check(types.get(type), value, type, complaints);
        return complaints;
    }

    private void check(Object shape, Object value, String at, List<String> complaints) {
        if (shape instanceof Map<?, ?> object) {
            if (value instanceof Map<?, ?> map) {
                checkObject(object, map, at, complaints);
            } else {
                complaints.add(at + " is no object: " + value);
            }
        } else if (shape instanceof List<?> list) {
            if (value instanceof List<?> items) {
                for (int i = 0; i < items.size(); i++) {
                    check(list.get(0), items.get(i), at + "[" + i + "]", complaints);
                }
            } else {
                complaints.add(at + " is no list: " + value);
            }
        } else {
            checkText(String.valueOf(shape), value, at, complaints);
        }
    }

    private void checkObject(Map<?, ?> shape, Map<?, ?> value, String at, List<String> complaints) {
        shape.keySet().stream()
                .map(String::valueOf)
                .filter(key -> key.endsWith("!") && !value.containsKey(key.substring(0, key.length() - 1)))
                .forEach(key -> complaints.add(at + " lacks " + key.replace("!", "")));
        value.forEach((key, part) -> {
            Object inner = shape.containsKey(key)
                    ? shape.get(key)
                    : shape.containsKey(key + "!") ? shape.get(key + "!") : shape.get("*");
            if (inner == null) {
                complaints.add(at + " may have no " + key);
            } else {
                check(inner, part, at + "." + key, complaints);
            }
        });
    }

    private void checkText(String type, Object value, String at, List<String> complaints) {
        if (types.containsKey(type)) {
            check(types.get(type), value, at, complaints);
            return;
        }
        boolean holds = switch (type) {
            case "text" -> value instanceof String;
            case "number" -> value instanceof Integer number && number >= 0;
            case "truth" -> value instanceof Boolean;
            case "nothing" -> value == null;
            default ->
                type.startsWith("/")
                        ? value instanceof String text && Pattern.matches(type.substring(1, type.length() - 1), text)
                        : type.equals("=" + value);
        };
        if (!holds) {
            complaints.add(at + " is not " + type + ": " + value);
        }
    }
}
