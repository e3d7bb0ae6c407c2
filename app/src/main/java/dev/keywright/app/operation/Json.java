package dev.keywright.app.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.keywright.expert.artifact.Answer;

/** Answers as JSON documents: schema {@value Answer#SCHEMA}, names in snake case, absent parts left out. */
public final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .serializationInclusion(JsonInclude.Include.NON_ABSENT)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectWriter PRETTY = MAPPER.writer().with(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    /** One line. */
    public static String line(Answer answer) {
        return write(MAPPER.writer(), document(answer));
    }

    /** Many lines, for people. */
    public static String pretty(Answer answer) {
        return write(PRETTY, document(answer));
    }

    /** A line that says what is wrong with a line of a batch. */
    public static String error(String id, String message) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("schema", Answer.SCHEMA).put("id", id).put("error", message);
        return write(MAPPER.writer(), node);
    }

    static JsonNode read(String text) throws JsonProcessingException {
        return MAPPER.readTree(text);
    }

    private static ObjectNode document(Answer answer) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("schema", Answer.SCHEMA);
        ObjectNode rest = MAPPER.valueToTree(answer);
        document.setAll(rest);
        whole(document);
        return document;
    }

    /** 100.0 is written 100: a count is no fraction. */
    private static void whole(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                JsonNode value = field.getValue();
                if (value.isDouble() && value.doubleValue() == Math.rint(value.doubleValue()) && Math.abs(value.doubleValue()) < 9e15) {
                    field.setValue(JsonNodeFactory.instance.numberNode((long) value.doubleValue()));
                } else {
                    whole(value);
                }
            });
        } else {
            node.forEach(Json::whole);
        }
    }

    private static String write(ObjectWriter writer, JsonNode node) {
        try {
            return writer.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer could not be written as JSON", e);
        }
    }
}
