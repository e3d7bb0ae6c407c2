package dev.keywright.expert.knowledge;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A mapping of a YAML file that is read field by field and then closed: a field nobody asked for is an error,
 * so a misspelt one cannot go unnoticed. One thread.
 */
final class Node {

    private final String where;
    private final Map<?, ?> fields;
    private final Set<Object> asked = new LinkedHashSet<>();

    Node(String where, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(where + " is not a mapping of fields");
        }
        this.where = where;
        this.fields = map;
    }

    String where() {
        return where;
    }

    String text(String field) {
        return optionalText(field).orElseThrow(() -> new IllegalArgumentException(where + " lacks " + field));
    }

    String textOr(String field, String otherwise) {
        return optionalText(field).orElse(otherwise);
    }

    Optional<String> optionalText(String field) {
        asked.add(field);
        Object value = fields.get(field);
        if (value instanceof Map || value instanceof List) {
            throw new IllegalArgumentException(where + ": " + field + " is not a plain text");
        }
        return Optional.ofNullable(value).map(text -> String.valueOf(text).strip());
    }

    double number(String field) {
        asked.add(field);
        if (fields.get(field) instanceof Number number) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException(where + ": " + field + " is not a number");
    }

    double numberOr(String field, double otherwise) {
        asked.add(field);
        return fields.containsKey(field) ? number(field) : otherwise;
    }

    List<String> texts(String field) {
        asked.add(field);
        Object value = fields.get(field);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw new IllegalArgumentException(where + ": " + field + " is not a list");
        }
        List<String> texts = new ArrayList<>();
        for (Object item : list) {
            if (item == null || item instanceof Map || item instanceof List) {
                throw new IllegalArgumentException(
                        where + ": " + field + " holds something that is not a text: " + item);
            }
            texts.add(String.valueOf(item).strip());
        }
        return List.copyOf(texts);
    }

    List<Node> nodes(String field) {
        asked.add(field);
        Object value = fields.get(field);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw new IllegalArgumentException(where + ": " + field + " is not a list");
        }
        List<Node> nodes = new ArrayList<>();
        for (Object item : list) {
            nodes.add(new Node(where + "/" + field + "[" + nodes.size() + "]", item));
        }
        return nodes;
    }

    Optional<Node> node(String field) {
        asked.add(field);
        return Optional.ofNullable(fields.get(field)).map(value -> new Node(where + "/" + field, value));
    }

    boolean isMapping(String field) {
        asked.add(field);
        return fields.get(field) instanceof Map;
    }

    /** Refuses fields that nobody asked for. */
    void close() {
        for (Object key : fields.keySet()) {
            if (!asked.contains(key)) {
                throw new IllegalArgumentException(where + ": unknown field " + key);
            }
        }
    }
}
