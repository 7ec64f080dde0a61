package dev.holdfast.cli.connection;

import com.google.rpc.ResourceInfo;
import dev.holdfast.common.text.Nearest;
import dev.holdfast.proto.admin.v1.Host;
import dev.holdfast.proto.admin.v1.ListHostsRequest;
import dev.holdfast.proto.admin.v1.ListImagesRequest;
import dev.holdfast.proto.admin.v1.ListProcessesRequest;
import dev.holdfast.proto.admin.v1.ListTenantsRequest;
import dev.holdfast.proto.admin.v1.ListUpgradesRequest;
import dev.holdfast.proto.admin.v1.Process;
import dev.holdfast.proto.admin.v1.Tenant;
import dev.holdfast.proto.admin.v1.Upgrade;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Locale;

/** Tells what there is when something was named that is not. */
final class Existing {
    private static final int SHOWN = 10;

    private Existing() {}

    /** Which of its kind there are; empty when the kind is unknown or the manager does not say. */
    static String instead(ResourceInfo missing, String tenant, Manager manager) {
        String type = missing.getResourceType().toLowerCase(Locale.ROOT).replaceAll(".*[./]", "");
        try {
            List<String> names = names(type, tenant, manager);
            if (names.isEmpty()) {
                return "there is no " + type + " yet; " + first(type);
            }
            String nearest = Nearest.to(missing.getResourceName(), names)
                    .map(near -> "did you mean " + near + "? ")
                    .orElse("");
            String more = names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "";
            return nearest + "there is " + String.join(", ", names.subList(0, Math.min(SHOWN, names.size()))) + more;
        } catch (StatusRuntimeException | IllegalArgumentException _) {
            return "";
        }
    }

    private static List<String> names(String type, String tenant, Manager manager) {
        return switch (type) {
            case "tenant" ->
                manager.tenants().listTenants(ListTenantsRequest.getDefaultInstance()).getTenantsList().stream()
                        .map(Tenant::getName)
                        .toList();
            case "host" ->
                manager.hosts().listHosts(ListHostsRequest.getDefaultInstance()).getHostsList().stream()
                        .map(Host::getName)
                        .toList();
            case "image" ->
                manager
                        .images()
                        .listImages(
                                ListImagesRequest.newBuilder().setTenant(tenant).build())
                        .getImagesList()
                        .stream()
                        .map(image -> image.getName() + ":" + image.getVersion())
                        .toList();
            case "process" ->
                manager
                        .processes()
                        .listProcesses(ListProcessesRequest.newBuilder()
                                .setTenant(tenant)
                                .build())
                        .getProcessesList()
                        .stream()
                        .map(Process::getId)
                        .toList();
            case "upgrade" ->
                manager
                        .upgrades()
                        .listUpgrades(ListUpgradesRequest.newBuilder()
                                .setTenant(tenant)
                                .build())
                        .getUpgradesList()
                        .stream()
                        .map(Upgrade::getId)
                        .toList();
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static String first(String type) {
        return switch (type) {
            case "tenant" -> "holdfast tenant create NAME makes one";
            case "host" -> "an agent brings its host: holdfast agent --manager HOST:PORT";
            case "image" -> "holdfast image publish makes one";
            case "process" -> "holdfast process start makes one";
            default -> "holdfast upgrade start makes one";
        };
    }
}
