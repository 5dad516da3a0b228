# In the image: the dashboard, which this function serves. Vite and Svelte are not wanted there, only what they make.
cp -a . /dashboard && cd /dashboard
npm ci --workspace dashboard --ignore-scripts --no-audit --no-fund
node_modules/.bin/vite build dashboard --logLevel warn
mkdir -p "$SHIP/dashboard" && mv dashboard/dist "$SHIP/dashboard/"
