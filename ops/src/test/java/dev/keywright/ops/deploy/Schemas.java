package dev.keywright.ops.deploy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kubernetes.client.openapi.JSON;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What the makers of Compose and Kubernetes say is well formed: the Compose Specification's own JSON schema
 * ({@code compose-spec.json}, as Docker Compose 2.40 carries it, Apache License 2.0), and the types of Kubernetes' own client, which refuse
 * fields they do not know, fields that are missing, and values of another type.
 */
final class Schemas {

    private static final String MODELS = "io.kubernetes.client.openapi.models.V1";

    /** The validator wants an id that stands alone. */
    private static final String RELATIVE_ID = "\"compose_spec.json\"";

    private static final String ABSOLUTE_ID = "\"https://compose-spec.io/compose_spec.json\"";

    private Schemas() {}

    /** The documents of a file; a key that stands twice is refused. */
    static List<Object> parse(String yaml) {
        LoadSettings strict =
                LoadSettings.builder().setAllowDuplicateKeys(false).build();
        List<Object> documents = new ArrayList<>();
        new Load(strict).loadAllFromString(yaml).forEach(documents::add);
        return documents;
    }

    /** What Compose would refuse; none when all is well. */
    static List<String> composeComplaints(Object compose) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(Template.read("compose-spec.json").replace(RELATIVE_ID, ABSOLUTE_ID), InputFormat.JSON);
        return schema.validate(new Gson().toJson(compose), InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }

    /** What Kubernetes would refuse first, if it refuses the document. */
    static Optional<String> kubernetesComplaint(Object document) {
        try {
            Class<?> type = Class.forName(MODELS + ((Map<?, ?>) document).get("kind"));
            JsonElement json = JSON.getGson().toJsonTree(document);
            type.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
            Object read = JSON.getGson().fromJson(json, type);
            return read == null ? Optional.of("nothing in it") : Optional.empty();
        } catch (InvocationTargetException refused) {
            return Optional.of(String.valueOf(refused.getCause()));
        } catch (ReflectiveOperationException | RuntimeException refused) {
            return Optional.of(refused.toString());
        }
    }
}
