package dev.keywright.app.operation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * One line of a batch, as far as it can be read.
 *
 * @param id text or number, as given; empty text where it cannot be read
 * @param text the task
 * @param fault what is wrong with the line, in a few words
 */
record BatchLine(Object id, Optional<String> text, Optional<String> fault) {

    static BatchLine read(String line) {
        Object id = "";
        Optional<String> text = Optional.empty();
        try (JsonParser json = Json.parser(line.startsWith("\ufeff") ? line.substring(1) : line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return new BatchLine(id, text, Optional.of("is no JSON object"));
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("id") && value == JsonToken.VALUE_STRING) {
                    id = json.getText();
                } else if (field.equals("id") && value.isNumeric()) {
                    id = json.getNumberValue();
                } else if (field.equals("text") && value == JsonToken.VALUE_STRING) {
                    text = Optional.of(json.getText());
                } else {
                    json.skipChildren();
                }
            }
            boolean more = json.nextToken() != null;
            Optional<String> fault = more
                    ? Optional.of("holds more than one JSON object")
                    : text.isEmpty() ? Optional.of("has no text") : Optional.empty();
            return new BatchLine(id, text, fault);
        } catch (IOException e) {
            return new BatchLine(id, text, Optional.of("is not JSON"));
        }
    }
}
