# Print the version of a SaaS application that the PaaS has deployed, or nothing
# in: APP
probe() {
  mysql --login-path=default-root -Nse "select version from open_paas.paas_saas_app join open_paas.paas_saas_app_version v on paas_saas_app.current_version_id = v.id where code = '$APP';" || return 20
}
