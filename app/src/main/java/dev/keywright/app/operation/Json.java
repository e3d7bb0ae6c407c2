package dev.keywright.app.operation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.keywright.expert.artifact.Answer;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers (schema {@value Answer#SCHEMA}) and reports as JSON documents. A record becomes an object whose fields are named in snake
 * case, an empty Optional is left out, a number without a fraction is written without one.
 */
public final class Json {

    // Streams on purpose: binding a tree of records by a mapper costs a quarter of a second at the first answer.
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Many lines, for people. */
    public static String pretty(Answer answer) {
        return document(answer, answer.id(), true);
    }

    /** A record with the name of its schema in front, many lines, for people. */
    public static String pretty(String schema, Record record) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schema", schema);
        document.putAll(fields(record));
        return write(document, true);
    }

    /** One line, under the id of a batch as it was given. */
    static String line(Answer answer, Object id) {
        return document(answer, id, false);
    }

    /** One line that says what is wrong with a line of a batch. */
    static String error(Object id, int line, String message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("schema", Answer.SCHEMA);
        fields.put("id", id);
        fields.put("line", line);
        fields.put("error", message);
        return write(fields, false);
    }

    /** The files an answer lists, from its document; none when the text is no answer. */
    static List<String> artifacts(String document) {
        List<String> artifacts = new ArrayList<>();
        boolean ours = false;
        try (JsonParser json = FACTORY.createParser(document)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return List.of();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("schema")) {
                    ours = json.getText().startsWith("keywright.answer/");
                } else if (field.equals("artifacts") && value == JsonToken.START_ARRAY) {
                    while (json.nextToken() == JsonToken.VALUE_STRING) {
                        artifacts.add(json.getText());
                    }
                } else {
                    json.skipChildren();
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return ours ? artifacts : List.of();
    }

    static JsonParser parser(String text) throws IOException {
        return FACTORY.createParser(text);
    }

    private static String document(Answer answer, Object id, boolean pretty) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("schema", Answer.SCHEMA);
        fields.putAll(fields(answer));
        fields.put("id", id);
        return write(fields, pretty);
    }

    private static Map<String, Object> fields(Record record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                Object value = component.getAccessor().invoke(record);
                Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
                if (present != null) {
                    fields.put(snake(component.getName()), present);
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(component + " could not be read", e);
            }
        }
        return fields;
    }

    private static String snake(String camel) {
        return camel.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static String write(Map<String, Object> fields, boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            if (pretty) {
                json.setPrettyPrinter(indented());
            }
            write(json, fields);
        } catch (IOException e) {
            throw new IllegalStateException("an answer could not be written as JSON", e);
        }
        return text.toString();
    }

    private static DefaultPrettyPrinter indented() {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentArraysWith(lines);
        printer.indentObjectsWith(lines);
        return printer;
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Record record) {
            write(json, fields(record));
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof Iterable<?> items) {
            json.writeStartArray();
            for (Object item : items) {
                write(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof Double number) {
            write(json, number.doubleValue());
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value instanceof Enum<?> one) {
            json.writeString(one.name().toLowerCase(Locale.ROOT));
        } else if (value instanceof Optional<?> optional) {
            write(json, optional.orElse(null));
        } else if (value == null) {
            json.writeNull();
        } else {
            json.writeString(String.valueOf(value));
        }
    }

    /** 100.0 is written 100: a count is no fraction. */
    private static void write(JsonGenerator json, double number) throws IOException {
        if (number == Math.rint(number) && Math.abs(number) < 9e15) {
            json.writeNumber((long) number);
        } else {
            json.writeNumber(number);
        }
    }
}
