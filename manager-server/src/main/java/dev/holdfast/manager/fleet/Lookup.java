package dev.holdfast.manager.fleet;

import dev.holdfast.manager.refusal.RefusedException;
import dev.holdfast.manager.store.HostRow;
import dev.holdfast.manager.store.ImageRow;
import dev.holdfast.manager.store.TenantRow;
import dev.holdfast.manager.store.Transaction;
import dev.holdfast.manager.store.UpgradeRow;
import java.util.List;
import java.util.UUID;

/** Finds what a request names, or says what there is instead. */
public final class Lookup {
    private static final int SHOWN = 10;

    private Lookup() {}

    public static TenantRow tenant(Transaction tx, String name) {
        return tx.tenants()
                .find(name)
                .orElseThrow(() -> RefusedException.unknown(
                        "tenant",
                        name,
                        "there is no tenant '" + name + "'; "
                                + known(
                                        "tenants",
                                        tx.tenants().list("", SHOWN).stream()
                                                .map(TenantRow::name)
                                                .toList(),
                                        "create it with: holdfast tenant create " + name)));
    }

    public static ImageRow image(Transaction tx, ImageName image) {
        TenantRow tenant = tenant(tx, image.tenant());
        return tx.images()
                .find(tenant.id(), image.name(), image.version())
                .orElseThrow(() -> noImage(tx, tenant, image));
    }

    /** Any version of the image must be there. */
    public static TenantRow tenantOfImage(Transaction tx, String tenantName, String imageName) {
        TenantRow tenant = tenant(tx, tenantName);
        if (tx.images().versions(tenant.id(), imageName, 1).isEmpty()) {
            throw noImage(tx, tenant, new ImageName(tenantName, imageName, ""));
        }
        return tenant;
    }

    private static RefusedException noImage(Transaction tx, TenantRow tenant, ImageName image) {
        List<String> versions = tx.images().versions(tenant.id(), image.name(), SHOWN);
        String publish = "publish it with: holdfast image publish --tenant " + tenant.name();
        return versions.isEmpty()
                ? RefusedException.unknown(
                        "image",
                        image.name(),
                        "tenant '" + tenant.name() + "' has no image '" + image.name() + "'; "
                                + known("its images", tx.images().names(tenant.id(), SHOWN), publish))
                : RefusedException.unknown(
                        "image",
                        image.name() + ":" + image.version(),
                        "image '" + image.name() + "' of tenant '" + tenant.name() + "' has no version '"
                                + image.version() + "'; " + known("its versions", versions, publish));
    }

    public static HostRow host(Transaction tx, String name) {
        return tx.hosts()
                .find(name)
                .orElseThrow(() -> RefusedException.unknown(
                        "host",
                        name,
                        "there is no host '" + name + "'; "
                                + known(
                                        "hosts",
                                        tx.hosts().list(null, "", SHOWN).stream()
                                                .map(HostRow::name)
                                                .toList(),
                                        "start an agent on it: holdfast agent --manager HOST:PORT --name " + name)));
    }

    public static RefusedException noProcess(UUID id) {
        return RefusedException.unknown(
                "process", id.toString(), "there is no process " + id + "; see: holdfast process list --all");
    }

    public static UpgradeRow upgrade(Transaction tx, UUID id) {
        return tx.upgrades()
                .find(id)
                .orElseThrow(() -> RefusedException.unknown(
                        "upgrade", id.toString(), "there is no upgrade " + id + "; see: holdfast upgrade list"));
    }

    private static String known(String what, List<String> names, String otherwise) {
        String list = names.isEmpty() ? "there are none yet" : what + ": " + String.join(", ", names);
        return (names.size() == SHOWN ? list + " …" : list) + "; " + otherwise;
    }
}
